import type { ApiNode } from "./apiGraph.ts";
import { formatDuration } from "./formatDuration.ts";
import { formatShare } from "./formatShare.ts";

/** How nodes of a call graph are shaded, and what is written beside them. */
export interface OwnTimeShade {
  opacity: (api: ApiNode) => number;
  text: (api: ApiNode) => string;
  title: string;
  ends: [string, string];
}

/**
 * Shades APIs by mean own time (log scale between the least and the most) or by their share of all own time (square
 * root scale from 0).
 */
export function ownTimeShade(apis: ApiNode[], shade: "own time" | "share"): OwnTimeShade {
  const total = apis.reduce((sum, api) => sum + api.ownTime * api.executions, 0);
  if (shade === "share") {
    const share = (api: ApiNode) => (total > 0 ? (api.ownTime * api.executions) / total : 0);
    const most = Math.max(0, ...apis.map(share));
    return {
      opacity: (api) => (most > 0 ? 0.06 + 0.94 * Math.sqrt(share(api) / most) : 0.06),
      text: (api) => formatShare(share(api)),
      title: "share of all own time",
      ends: ["0 %", formatShare(most)],
    };
  }
  const times = apis.map((api) => api.ownTime).filter((time) => time > 0);
  const [low, high] = [Math.min(...times), Math.max(...times)];
  const scale = (time: number) => (high > low ? Math.log(time / low) / Math.log(high / low) : 0.5);
  return {
    opacity: (api) => (api.ownTime > 0 ? 0.06 + 0.94 * scale(api.ownTime) : 0.06),
    text: (api) => formatDuration(api.ownTime),
    title: "mean own time",
    ends: times.length > 0 ? [formatDuration(low), formatDuration(high)] : ["–", "–"],
  };
}
