import { parseJavaScript, type TranspiledJavaScript } from "@observablehq/notebook-kit";
import type { Node } from "acorn";
import { loopGuard } from "./page/loopGuard.ts";

const loops = new Set(["ForStatement", "ForInStatement", "ForOfStatement", "WhileStatement", "DoWhileStatement"]);

/**
 * Lets each turn of a cell's own loops call the run's guard, which ends those that keep the page from answering: nothing
 * else can, in the only thread that a page has. Lines stay where they are.
 */
export function guardLoops(cell: TranspiledJavaScript): TranspiledJavaScript {
  const { body, inputs = [] } = cell;
  const inserts: { at: number; text: string }[] = [];
  const program = parseJavaScript(body).body;
  visit(program, (node) => {
    if (!loops.has(node.type)) return;
    const inner = (node as Node & { body: Node }).body;
    if (inner.type === "BlockStatement") inserts.push({ at: inner.start + 1, text: `${loopGuard}();` });
    else inserts.push({ at: inner.start, text: `{${loopGuard}();` }, { at: inner.end, text: "}" });
  });
  if (inserts.length === 0 || program.type !== "ArrowFunctionExpression") return cell;
  const last = program.params.at(-1);
  inserts.push(last ? { at: last.end, text: `, ${loopGuard}` } : { at: body.indexOf("(") + 1, text: loopGuard });
  const guarded = inserts
    .sort((a, b) => b.at - a.at)
    .reduce((text, { at, text: inserted }) => text.slice(0, at) + inserted + text.slice(at), body);
  return { ...cell, body: guarded, inputs: [...inputs, loopGuard] };
}

/** Calls a function with a node of a syntax tree and with all nodes below it. */
function visit(node: Node, tell: (node: Node) => void): void {
  tell(node);
  for (const value of Object.values(node))
    for (const child of Array.isArray(value) ? value : [value])
      if (child && typeof child === "object" && "type" in child && "start" in child) visit(child as Node, tell);
}
