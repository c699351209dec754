import { parseJavaScript } from "@observablehq/notebook-kit";
import type { Expression, Pattern, Program } from "acorn";
import type { NotebookCell } from "./readNotebook.ts";

/**
 * Lets several cells import the same name. Each top-level import is an output of its cell, and a name may be an output of
 * one cell only; where all of its definitions import the same thing, the first cell keeps it as an output and the others
 * use their own import. A name with two meanings stays with both, for the runtime to report.
 */
export function shareImports(cells: NotebookCell[]): NotebookCell[] {
  const imports = cells.map((cell) => (cell.error ? new Map<string, string>() : importedNames(cell.body)));
  const meanings = new Map<string, Set<string>>();
  cells.forEach(({ outputs }, i) => {
    for (const name of outputs) {
      const meaning = imports[i].get(name) ?? `cell ${i}`;
      meanings.set(name, (meanings.get(name) ?? new Set()).add(meaning));
    }
  });
  const kept = new Set<string>();
  return cells.map((cell, i) => ({
    ...cell,
    outputs: cell.outputs.filter((name) => {
      const shared = imports[i].has(name) && meanings.get(name)?.size === 1;
      if (!shared) return true;
      return !kept.has(name) && kept.add(name);
    }),
  }));
}

/** What each imported name of a transpiled cell stands for: the module and the name it exports. */
function importedNames(body: string): Map<string, string> {
  const names = new Map<string, string>();
  const cell: Program | Expression = parseJavaScript(body).body;
  if (cell.type !== "ArrowFunctionExpression" || cell.body.type !== "BlockStatement") return names;
  for (const statement of cell.body.body) {
    if (statement.type !== "VariableDeclaration") continue;
    for (const { id, init } of statement.declarations) {
      if (init?.type !== "AwaitExpression") continue;
      const list = promiseAll(init.argument);
      if (!list) addNames(names, id, importSource(init.argument));
      else if (id.type === "ArrayPattern")
        id.elements.forEach((item, i) => void addNames(names, item, importSource(list[i])));
    }
  }
  return names;
}

/** The promises of `Promise.all([…])`. */
function promiseAll(node: Expression): (Expression | null)[] | undefined {
  if (node.type !== "CallExpression" || node.callee.type !== "MemberExpression") return undefined;
  const { object, property } = node.callee;
  const named = object.type === "Identifier" && object.name === "Promise" && property.type === "Identifier";
  const [list] = node.arguments;
  if (!named || property.name !== "all" || list?.type !== "ArrayExpression") return undefined;
  return list.elements.map((element) => (element?.type === "SpreadElement" ? null : element));
}

/** The module of `import("…")` or `import("…").then(…)`. */
function importSource(node: Expression | null | undefined): string | undefined {
  if (node?.type === "CallExpression" && node.callee.type === "MemberExpression" && node.callee.object.type !== "Super")
    return importSource(node.callee.object);
  if (node?.type !== "ImportExpression" || node.source.type !== "Literal") return undefined;
  return String(node.source.value);
}

function addNames(names: Map<string, string>, pattern: Pattern | null, source: string | undefined): void {
  if (source === undefined || !pattern) return;
  if (pattern.type === "Identifier") names.set(pattern.name, `* of ${source}`);
  if (pattern.type !== "ObjectPattern") return;
  for (const property of pattern.properties) {
    if (property.type !== "Property" || property.value.type !== "Identifier") continue;
    const { key } = property;
    const exported = key.type === "Identifier" ? key.name : key.type === "Literal" ? String(key.value) : undefined;
    if (exported !== undefined) names.set(property.value.name, `${exported} of ${source}`);
  }
}
