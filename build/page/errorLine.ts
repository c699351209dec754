/**
 * An error as one line of text, with its kind where that says more than "Error". Anything may be thrown, also what is no
 * error, or cannot even be written.
 */
export function errorLine(error: unknown): string {
  try {
    return lineOf(error);
  } catch {
    return "thrown: a value that cannot be written as text";
  }
}

function lineOf(error: unknown): string {
  if (!(error instanceof Error) && !(error && typeof error === "object" && "message" in error))
    return flat(`thrown: ${typeof error === "object" ? (JSON.stringify(error) ?? String(error)) : String(error)}`);
  const { name, message } = error as Error;
  const kind = name && !["Error", "RuntimeError"].includes(name) ? `${name}: ` : "";
  return flat(kind + (String(message) || "no message"));
}

function flat(whole: string): string {
  const text = whole.slice(0, 4000);
  const line = text.replace(/\s*[\r\n]+\s*/g, " ").trim();
  return line.length > 1000 ? `${line.slice(0, 1000)}…` : line;
}
