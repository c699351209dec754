import { dataSet } from "./dataSets.ts";

/** What the choice of traces of a notebook says: a ready data set, or files of one's own. */
export interface ChosenSource {
  /** Id of a ready data set; counts where `path` is blank and `files` are none. */
  set: string;
  /** A file, a glob or a folder; counts where `files` are none. */
  path?: string;
  /** Addresses of files that were given to the page. */
  files?: string[];
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

/** The traces that were chosen: given files, else a path of one's own where there is one, else the ready data set. */
export function traceSource({ set, path = "", files = [] }: ChosenSource): TraceSource {
  const address = path.trim();
  const addresses = files.length > 0 ? files : [address];
  if (addresses[0] === "") {
    const { description, files } = dataSet(set);
    return { name: set, addresses: files, description };
  }
  const name = addresses[0]!
    .replace(/[\\/]+$/, "")
    .split(/[\\/]/)
    .pop();
  return { name: name || addresses[0]!, addresses, description: `Files at ${addresses.join(", ")}` };
}
