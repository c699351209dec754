import { plotCdf } from "../cells/plotCdf.ts";
import { samplesKey } from "../lib/compare/latencySamples.ts";
import type { JudgedSamples, RunJudgement } from "../lib/export/go/judgeRun.ts";
import { freezeNotebook } from "./freezeNotebook.ts";
import { openHeadlessDocument } from "./headlessDocument.ts";

/** Entry APIs, and further APIs, that the page has a figure for: those with most executions. */
const shown = { roots: 6, apis: 12 };

/**
 * One self-contained HTML file of latency CDFs: original (where there is one), model and running system, for the entry
 * APIs and then the other APIs with most executions.
 * @param lines what to say above the figures
 */
export async function loopPage(
  title: string,
  lines: readonly string[],
  { model, original }: RunJudgement,
  samples: JudgedSamples,
): Promise<string> {
  const { document, close } = openHeadlessDocument();
  const htmls: string[] = [];
  try {
    const heading = document.createElement("div");
    const h1 = document.createElement("h1");
    h1.textContent = title;
    heading.append(h1, ...lines.map((line) => Object.assign(document.createElement("p"), { textContent: line })));
    htmls.push(heading.innerHTML);
    const figures = (list: "roots" | "apis", most: number) => {
      const found = (of: JudgedSamples[keyof JudgedSamples], key: string) =>
        (of as JudgedSamples["model"])[list].find((each) => samplesKey(each) === key)?.durations ?? new Float64Array();
      const entries = new Set(samples.model.roots.map(samplesKey));
      const compared = model[list].filter(
        ({ service, api }) => list === "roots" || !entries.has(samplesKey({ service, name: api })),
      );
      for (const { service, api, running } of compared.sort((a, b) => b.n - a.n).slice(0, most)) {
        const key = samplesKey({ service, name: api });
        const truth = original?.[list].find((each) => each.service === service && each.api === api);
        const halves = samples.original && [found(samples.original.train, key), found(samples.original.test, key)];
        const series = [
          ...(halves && truth ? [{ name: "original", role: "original" as const, values: halves[1]! }] : []),
          { name: "model", role: "gcm" as const, values: found(samples.model, key), ks: truth?.model.ks ?? null },
          {
            name: "running system",
            role: "other" as const,
            values: found(samples.running, key),
            ks: truth?.running.ks ?? running.ks,
          },
        ];
        const figure = plotCdf(series, {
          document,
          title: `${service}: ${api}`,
          percentile: 0.5,
          ...(halves && truth ? { halves: [halves[0]!, halves[1]!], floor: truth.floor.ks } : {}),
        });
        htmls.push(figure.outerHTML);
      }
    };
    figures("roots", shown.roots);
    figures("apis", shown.apis);
  } finally {
    close();
  }
  const cells = htmls.map((html, index) => ({
    ...{ id: index + 1, mode: "js", status: "done" as const, causes: [], names: [], html, svgs: [] },
  }));
  return freezeNotebook({ title, cells, values: {} });
}
