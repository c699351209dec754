import { dataSet } from "./dataSets.ts";

/** What the form of a notebook says: a ready data set, or files of one's own. */
export interface ChosenSource {
  /** Id of a ready data set; counts where `path` is blank. */
  set: string;
  /** A file, a glob or a folder. */
  path: string;
}

/** Which traces to read. */
export interface TraceSource {
  /** Name of the topology that is made of them. */
  name: string;
  /** Files, globs or folders. */
  addresses: string[];
  /** What they are, in a sentence. */
  description: string;
}

/** The traces that a notebook's form chooses: a path of one's own where one is given, else the ready data set. */
export function traceSource({ set, path = "" }: Partial<ChosenSource> & Pick<ChosenSource, "set">): TraceSource {
  const address = path.trim();
  if (address === "") {
    const { description, files } = dataSet(set);
    return { name: set, addresses: files, description };
  }
  const name = address
    .replace(/[\\/]+$/, "")
    .split(/[\\/]/)
    .pop();
  return { name: name || address, addresses: [address], description: `Files at ${address}` };
}
