import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "../../build/projectRoot.ts";

/** The text of a notebook with these cells of TypeScript. */
function notebook(title: string, cells: readonly string[]): string {
  const scripts = cells.map(
    (source, i) => `  <script id="${i + 1}" type="text/x-typescript">\n    ${source}\n  </script>`,
  );
  return `<!doctype html>\n<notebook theme="air">\n  <title>${title}</title>\n${scripts.join("\n")}\n</notebook>\n`;
}

const cell = (name: string) => JSON.stringify(join(projectRoot(), "cells", name));

/** A trivial cell, and a slider that a CDF of three samples of 20,000 latencies follows. */
const edited = [
  `display("first");`,
  `const factor = view(Inputs.range([0.5, 2], { label: "Factor", step: 0.01, value: 1 }));`,
  `const sample = (scale) => Float64Array.from({ length: 20_000 }, (_, i) => scale * Math.exp(((i * 7919) % 20_000) / 4000));
    const [original, simple] = [sample(100), sample(300)];`,
  `import { plotCdf } from ${cell("plotCdf.ts")};
    const gcm = original.map((value) => value * factor);
    display(plotCdf([{ name: "original", role: "original", values: original }, { name: "simple", role: "simple", values: simple }, { name: "GCM", role: "gcm", values: gcm }], { document, width, percentile: 0.95 }));`,
];

/** Cells that depend on each other, ten in a chain. */
const many = Array.from(
  { length: 196 },
  (_, i) => `const v${i} = ${i % 10 === 0 ? i : `v${i - 1} + 1`}; display(v${i});`,
);

const arrow = [
  `const run = view(Inputs.button("run"));`,
  `import { Table, makeVector } from "apache-arrow";
    const rows = 12_500_000;
    const table = new Table({ x: makeVector(new Float64Array(rows).fill(run)) });`,
  `display(table.get(run % 1000).x + table.numRows * 0);`,
];

const large = [
  `import { traceInput } from ${cell("traceInput.ts")};
    const chosen = view(traceInput(engine, { document, set: "none" }));`,
  `import { openTraces } from ${cell("openTraces.ts")};
    const traces = chosen.files.length > 0 ? await openTraces(engine, chosen.files, { signal }) : undefined;`,
  `import { entryDurations } from ${cell("entryDurations.ts")};
    import { plotCdf } from ${cell("plotCdf.ts")};
    if (traces) {
      const values = await entryDurations(traces.dataset, { service: "s0", name: "op0" });
      display(plotCdf([{ name: "traces", role: "original", values }], { document, width, title: String(traces.ledger.read) }));
    }`,
];

/** A folder with notebooks that put the workbench to work. */
export function benchNotebooks(): string {
  const folder = mkdtempSync(join(tmpdir(), "palette-bench-"));
  mkdirSync(join(folder, "notebooks"));
  const notebooks = { small: edited, many: [...edited, ...many], arrow, large };
  for (const [name, cells] of Object.entries(notebooks))
    writeFileSync(join(folder, "notebooks", `${name}.html`), notebook(name, cells));
  return folder;
}
