import { apiGraphExplorer } from "../../cells/apiGraphExplorer.ts";
import { plotCdf } from "../../cells/plotCdf.ts";
import { plotWaterfall } from "../../cells/plotWaterfall.ts";
import type { WaterfallRow } from "../../cells/waterfallRows.ts";
import { layeredGraph } from "../cells/layeredGraph.ts";

/** ms until a figure is in the page and laid out; the best of several. */
function drawn(make: () => Element): number {
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 5; run++) {
    const started = performance.now();
    const figure = make();
    document.body.replaceChildren(figure);
    figure.getBoundingClientRect();
    best = Math.min(best, performance.now() - started);
  }
  return best;
}

/** A trace of this many executions: each calls up to four others, one after the other. */
function trace(spans: number): WaterfallRow[] {
  const rows: WaterfallRow[] = [];
  const add = (parent: number, start: number, waited: number, depth: number) => {
    if (rows.length >= spans) return;
    const row = rows.length;
    const names = { service: `service ${row % 40}`, api: `GET /resource/${row % 300}` };
    rows.push({ ...names, parent, start, waited, duration: waited * 0.9, asynchronous: row % 50 === 7 });
    if (depth < 9) for (let i = 0; i < 4; i++) add(row, start + (i * waited) / 4, waited / 4.2, depth + 1);
  };
  add(-1, 0, 1e6, 0);
  return rows;
}

const graph = layeredGraph(1000, 100);
const rows = trace(5000);
const sample = (scale: number) =>
  Float64Array.from({ length: 20_000 }, (_, i) => scale * Math.exp(((i * 7919) % 20_000) / 4000));
const samples = [sample(100), sample(110), sample(300)];
let percentile = 0.5;

Object.assign(globalThis, {
  measure: () => ({
    waterfall: drawn(() => plotWaterfall(rows, { document, width: 1000 })),
    graph: drawn(() => apiGraphExplorer(graph, { document })),
    cdf: drawn(() => {
      percentile += 0.01;
      const roles = ["original", "gcm", "simple"] as const;
      const series = roles.map((role, i) => ({ name: role, role, values: samples[i]! }));
      return plotCdf(series, { document, percentile });
    }),
    spans: rows.length,
  }),
});
