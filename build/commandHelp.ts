import type { Command, CommandOption } from "./command.ts";

/** The help of one verb: usage, what it does, its options. */
export function commandHelp(command: Command): string {
  const rows: [string, string][] = Object.entries(command.options).map(([name, option]) => [
    flag(name, option),
    option.help,
  ]);
  rows.push(["--json", "print the result as JSON"], ["--help", "show this help"]);
  const width = Math.max(...rows.map(([left]) => left.length));
  const options = rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join("\n");
  return `palette ${command.usage}\n\n${command.summary}\n\nOptions:\n${options}\n`;
}

function flag(name: string, option: CommandOption): string {
  const short = option.short ? `-${option.short}, ` : "";
  const value = option.type === "string" ? ` <${option.value ?? "value"}>` : "";
  return `${short}--${name}${value}${option.multiple ? " …" : ""}`;
}
