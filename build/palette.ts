import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import type { Command, CommandArguments } from "./command.ts";
import { commandHelp } from "./commandHelp.ts";
import { commands } from "./commands.ts";
import { projectRoot } from "./projectRoot.ts";
import { UsageError } from "./usageError.ts";

/**
 * Runs `palette <verb> …` and returns its exit code: 0 when all went well, 1 on an error, 2 when the arguments cannot be
 * understood. Errors are one line on stderr; with PALETTE_DEBUG set their stack follows.
 */
export async function main(argv: readonly string[]): Promise<number> {
  let verb = "";
  try {
    if (argv.length === 0 || ["help", "--help", "-h"].includes(argv[0])) {
      process.stdout.write(await overview());
      return argv.length === 0 ? 2 : 0;
    }
    if (argv[0] === "--version") {
      process.stdout.write(`${JSON.parse(await readFile(`${projectRoot()}package.json`, "utf8")).version}\n`);
      return 0;
    }
    const name = [argv.slice(0, 2).join(" "), argv[0]].find((words) => Object.hasOwn(commands, words));
    if (name === undefined) throw new UsageError(unknownVerb(argv));
    verb = ` ${name}`;
    return await runCommand(await commands[name](), argv.slice(name.split(" ").length));
  } catch (error) {
    const usage = error instanceof UsageError;
    process.stderr.write(`palette${verb}: ${oneLine(error)}${usage && verb ? `; see palette${verb} --help` : ""}\n`);
    if (process.env.PALETTE_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
    return usage ? 2 : 1;
  }
}

async function runCommand(command: Command, argv: string[]): Promise<number> {
  const { values, positionals } = parse(command, argv);
  const { json = false, help = false, ...given } = values as Record<string, string | boolean | string[]>;
  if (help) {
    process.stdout.write(commandHelp(command));
    return 0;
  }
  const { min, max } = command.positionals ?? { min: 0, max: 0 };
  if (positionals.length < min) throw new UsageError(`too few arguments: palette ${command.usage}`);
  if (positionals.length > max) throw new UsageError(`unexpected argument ${JSON.stringify(positionals[max])}`);
  const controller = new AbortController();
  const interrupt = () => controller.abort(new Error("interrupted"));
  for (const name of ["SIGINT", "SIGTERM"]) process.once(name, interrupt);
  const shown = process.stderr.isTTY && !json;
  const clear = () => shown && process.stderr.write("\r\u001b[K");
  try {
    return await command.run({
      values: given as CommandArguments["values"],
      positionals,
      json: json === true,
      signal: controller.signal,
      progress: (text) => void (shown && process.stderr.write(`\r\u001b[K${printable(text)}`)),
      print(result, text) {
        clear();
        process.stdout.write(json ? `${JSON.stringify(result, undefined, 2)}\n` : text.replace(/\n?$/, "\n"));
      },
    });
  } finally {
    for (const name of ["SIGINT", "SIGTERM"]) process.off(name, interrupt);
    clear();
  }
}

function parse(command: Command, args: string[]) {
  const options = Object.fromEntries(
    Object.entries(command.options).map(([name, { type, short, multiple = false }]) => [
      name,
      { type, multiple, ...(short ? { short } : {}) },
    ]),
  );
  const common = { json: { type: "boolean" }, help: { type: "boolean", short: "h" } } as const;
  try {
    return parseArgs({ args, options: { ...options, ...common }, allowPositionals: true });
  } catch (error) {
    throw new UsageError(oneLine(error).replace(/\. To specify a positional.*$/, ""));
  }
}

async function overview(): Promise<string> {
  const all = await Promise.all(Object.values(commands).map((load) => load()));
  const width = Math.max(...all.map(({ name }) => name.length));
  const rows = all.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return `palette <verb> …\n\n${rows.join("\n")}\n\npalette <verb> --help shows the options of a verb.\n`;
}

/** Names the verbs that begin with the word given, such as `notebook`, or where none does, all of them. */
function unknownVerb(argv: readonly string[]): string {
  const names = Object.keys(commands);
  const begun = names.filter((name) => name.startsWith(`${argv[0]} `));
  const [what, valid] = begun.length > 0 ? ["incomplete", begun] : ["unknown", names];
  return `${what} verb ${JSON.stringify(argv[0])}; valid are ${valid.join(", ")}`;
}

function oneLine(error: unknown): string {
  return printable((error instanceof Error ? error.message : String(error)).trim().replace(/\s*\n\s*/g, " "));
}

/** Text from traces and files may hold control characters that a terminal would obey. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, "\ufffd");
}
