import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import { buildExecutions } from "../../lib/executions/buildExecutions.ts";
import { holdOutFaults, originOf, readFaultWindows } from "../../lib/interventions/faultWindows.ts";
import { type FaultScores, type Predicted, predictions, type Score } from "../../lib/interventions/scoreFault.ts";
import { scoreWindow, type WindowScores } from "../../lib/interventions/scoreWindow.ts";
import { fitTopology } from "../../lib/topology/fitTopology.ts";
import { readTraces } from "../../lib/traces/readTraces.ts";

export const name = "What users saw of real faults, predicted from how the faulty service behaved";

const shared = process.env.PALETTE_DATASETS ?? fileURLToPath(new URL("../../../shared/datasets", import.meta.url));
const sets = [
  { title: "OnlineBoutique", day: "2022-08-22", healthy: "construct_data-2022-08-23" },
  { title: "TrainTicket", day: "2023-01-29", healthy: "construct_data-2023-01-29" },
];

/**
 * Fits traces without faults, replaces in it the faulty service's behaviour by what each window shows, and scores the
 * prediction of the roots that come to the service.
 */
export async function run(): Promise<string> {
  const tables: string[] = [];
  for (const { title, day, healthy } of sets) {
    const windows = await scoredWindows(day, healthy);
    tables.push(`**${title}, ${day}.** ${summary(windows)}`, table(windows), transferTable(windows));
  }
  return [legend, ...tables].filter((each) => each !== "").join("\n\n");
}

const legend = `KS from the roots of the window that come to the service, with relative errors of P50 / P95 in parentheses.
*Noise*: mean KS of random halves of the window. *Delay*: own and network times of the service shifted by the difference of
their means. *Behaviour*: \`replaceBehaviour\`, which is own time, network time and paths of the service alone. *Refit*: a
topology fitted to the window itself. A window is visible where doing nothing is further off than 1.5 times the noise.`;

async function scoredWindows(day: string, healthyDay: string): Promise<WindowScores[]> {
  const folder = join(shared, "nezha");
  if (!existsSync(folder)) throw new Error(`${folder}: the traces that this bench reads are not there`);
  const engine = await openDuckDBNode();
  try {
    const dataset = { engine, schema: "faults" };
    await readTraces(dataset, [join(folder, `rca_data-${day}`), join(folder, healthyDay)], {});
    const resolution = await buildExecutions(dataset);
    const source = readFileSync(join(folder, `faults/${day}.json`), "utf8");
    const windows = readFaultWindows(source, await originOf(dataset));
    await holdOutFaults(dataset, windows);
    const healthy = await fitTopology(dataset, { resolution, name: "healthy" });
    const scored: WindowScores[] = [];
    for (const window of windows) scored.push(await scoreWindow(dataset, healthy, window, resolution));
    return scored;
  } finally {
    await engine.close();
  }
}

const visible = ({ all }: WindowScores) => all?.visible === true;

/** Within 1.5 times the noise, and the median within 10 %. */
function good({ noise, scores }: FaultScores): boolean {
  const { ks, p50 } = scores.behaviour!;
  return ks <= 1.5 * noise && Math.abs(p50) <= 0.1;
}

function summary(windows: readonly WindowScores[]): string {
  const seen = windows.filter(visible);
  if (seen.length === 0) return `${windows.length} faults, none visible: nothing to validate.`;
  const transfers = seen.flatMap(({ transfer }) => transfer ?? []);
  const kept = transfers.filter((each) => each.visible);
  const worse = seen.filter(({ all }) => all!.scores.behaviour!.ks > all!.scores.nothing!.ks).length;
  return [
    `Transfer, from one kind of traces to all others: ${kept.filter(good).length} of ${kept.length} visible faults predicted`,
    `with KS ≤ 1.5 × noise and P50 within 10 %; ${kept.filter(near).length} with KS ≤ 1.3 × noise.`,
    `Within the window: ${seen.filter(({ all }) => good(all!)).length} of ${seen.length} visible faults, ${worse} worse than doing nothing;`,
    `${windows.length - seen.length} of ${windows.length} faults are not visible.`,
  ].join(" ");
}

function near({ noise, scores }: FaultScores): boolean {
  return scores.behaviour!.ks <= 1.3 * noise;
}

function table(windows: readonly WindowScores[]): string {
  const seen = windows.filter(visible);
  const rows = seen.map(({ service, kind, roots, all }) => {
    const { noise, scores } = all!;
    const shown = predictions.map((each: Predicted) => score(scores[each]!));
    return [`${service}, ${kind}`, roots, noise.toFixed(3), ...shown, (scores.behaviour!.ks / noise).toFixed(2)];
  });
  const hidden = windows
    .filter((each) => !visible(each))
    .map(({ service, kind, roots, all }) =>
      all
        ? `${service} ${kind} (KS ${all.scores.nothing!.ks.toFixed(3)}, noise ${all.noise.toFixed(3)})`
        : `${service} ${kind} (${roots} roots)`,
    );
  const note = hidden.length > 0 ? `Nothing visible: ${hidden.join(", ")}.` : "";
  if (rows.length === 0) return note;
  return `${markdown(["window", "roots", "noise", ...predictions, "behaviour / noise"], rows)}\n\n${note}`;
}

function transferTable(windows: readonly WindowScores[]): string {
  const rows = windows.flatMap(({ service, kind, transfer }) => {
    if (transfer === null) return [];
    const { nothing, behaviour } = transfer.scores;
    const from = transfer.donor.split(" > ").slice(1).map(lastPart).join(", ");
    const place = [`${service}, ${kind}`, from || "no calls", transfer.roots, transfer.noise.toFixed(3)];
    if (!behaviour) return [[...place, score(nothing!), "not visible", "–"]];
    return [[...place, score(nothing!), score(behaviour), (behaviour.ks / transfer.noise).toFixed(2)]];
  });
  if (rows.length === 0) return "";
  return `Transfer: the service's behaviour seen in traces of one kind, scored on the roots of all other kinds.\n\n${markdown(
    ["window", "seen in traces that call", "roots of others", "noise", "nothing", "behaviour", "behaviour / noise"],
    rows,
  )}`;
}

function lastPart(name: string): string {
  return name.split("/").pop()!;
}

function score({ ks, p50, p95 }: Score): string {
  return `${ks.toFixed(3)} (${percent(p50)} / ${percent(p95)})`;
}

function percent(share: number): string {
  return `${share > 0 ? "+" : ""}${Math.round(100 * share)} %`;
}

function markdown(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
