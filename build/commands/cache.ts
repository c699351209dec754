import { formatBytes } from "../../cells/formatBytes.ts";
import { defineCommand } from "../command.ts";
import { FolderCache } from "../resultCache.ts";

/** `palette cache`: what is kept of earlier fits. */
export const cache = defineCommand({
  name: "cache",
  summary: "say what is kept of the fits of notebooks, or clear it",
  usage: "cache [--clear]",
  options: { clear: { type: "boolean", help: "forget all results" } },
  async run({ values: { clear = false }, print }) {
    const results = new FolderCache();
    const size = await results.size();
    if (clear) await results.clear();
    const text = `${size.results} results, ${formatBytes(size.bytes)}, in ${size.folder}`;
    print({ ...size, cleared: clear }, clear ? `cleared: ${text}` : text);
    return 0;
  },
});
