import type { BuiltCell } from "./builtNotebook.ts";

const imports = /^\s*import\b[\s\S]*?\bfrom\b/gm;
const words = /[\p{L}_$][\p{L}\p{N}_$]*/gu;

/** The names that a cell defines, without those that it imports. */
export function definedNames({ source, outputs, output }: BuiltCell): string[] {
  if (output !== undefined) return [output.replace(/^viewof\$/, "")];
  const imported = new Set(source.match(imports)?.join(" ").match(words));
  return outputs.filter((name) => !imported.has(name));
}
