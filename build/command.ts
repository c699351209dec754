/** An option of a verb: `--name`, or `--name <value>` when it takes one. */
export interface CommandOption {
  type: "string" | "boolean";
  /** One letter: `-o`. */
  short?: string;
  /** May be given several times. */
  multiple?: boolean;
  /** What stands for the value in the help, e.g. `file`. */
  value?: string;
  /** One line of help. */
  help: string;
}

export type CommandOptions = Readonly<Record<string, CommandOption>>;

type OptionValue<O extends CommandOption> = O["type"] extends "boolean"
  ? boolean
  : O extends { multiple: true }
    ? string[]
    : string;

/** What was given to a verb, and where it says what it does. */
export interface CommandArguments<O extends CommandOptions = CommandOptions> {
  /** The options that were given, by name. */
  values: { [K in keyof O]?: OptionValue<O[K]> };
  positionals: string[];
  /** `--json` was given. */
  json: boolean;
  /** Aborted by the first interrupt from the keyboard, or request to end. */
  signal: AbortSignal;
  /** Shows one line of progress, replacing the last one; on a terminal only, and not with `--json`. */
  progress(text: string): void;
  /** Prints what the verb found: `result` as JSON with `--json`, else `text`. */
  print(result: unknown, text: string): void;
}

/** One verb of the command line. `--help` and `--json` are added to every verb. */
export interface Command<O extends CommandOptions = CommandOptions> {
  /** The words that call it: `fit`, or two of them: `notebook run`. */
  name: string;
  /** One line for the list of verbs. */
  summary: string;
  /** What follows `palette` on the command line, e.g. `fit <files…> -o topology.json [options]`. */
  usage: string;
  options: O;
  /** How many positional arguments it takes; default none. */
  positionals?: { min: number; max: number };
  /**
   * Does the work; returns the exit code. Throws a UsageError for arguments that cannot be
   * understood, and an Error of one line for everything else.
   */
  run(given: CommandArguments<O>): Promise<number>;
}

/** Declares a verb so that `values` has the types of its options. */
export function defineCommand<const O extends CommandOptions>(command: Command<O>): Command<O> {
  return command;
}
