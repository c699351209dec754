/** An error as one line of text, with its kind where that says more than "Error". */
export function errorLine(error: unknown): string {
  if (!(error instanceof Error) && !(error && typeof error === "object" && "message" in error))
    return flat(String(error));
  const { name, message } = error as Error;
  const kind = name && !["Error", "RuntimeError"].includes(name) ? `${name}: ` : "";
  return flat(kind + (message || "no message"));
}

function flat(text: string): string {
  const line = text.replace(/\s*[\r\n]+\s*/g, " ").trim();
  return line.length > 1000 ? `${line.slice(0, 1000)}…` : line;
}
