import { type ComparedApi, enough } from "../../../lib/compare/compareSamples.ts";
import type { RunJudgement } from "../../../lib/export/go/judgeRun.ts";
import type { RootShift } from "../../../lib/export/go/rootShifts.ts";
import type { MachineCosts, RunReport } from "../../../lib/export/go/runSystem.ts";
import { printable } from "./printable.ts";

/** Entry APIs that the table lists. */
const listed = 12;

export interface LoopResult extends RunJudgement {
  options: { rate: number; ownRate: number; limited: boolean; scale: number; corrections: string };
  /** Its load average in the minute before the run. */
  machine: { cores: number; loadBefore: number };
  costs: (MachineCosts & { calls: number }) | null;
  run: RunReport;
  shifts: RootShift[] | null;
  structure: Record<"exported" | "refitted", { services: number; apis: number; edges: number }>;
}

/** What a loop found: sentences, and a table of entry APIs. */
export function loopText(result: LoopResult): { summary: string[]; table: string[] } {
  const { options, machine, costs, run, structure, model, original } = result;
  const { exported, refitted } = structure;
  const slower = options.limited;
  const summary = [
    `${run.completed} of ${run.sent} calls completed, ${run.failed} failed, at ${short(run.achieved)} a second${slower ? ` (the traces' own rate of ${short(options.ownRate)} offers more than these cores should do)` : ""}, ${Math.round(100 * run.offered)} % of the cores; corrections ${options.corrections}, time scale ${options.scale}.`,
    costs
      ? `This machine's hop takes ${costs.hop} µs, its work ends ${costs.wake} µs late (medians of ${costs.calls} calls); both were taken off.`
      : "This machine's hop and wake-up were not measured, and not taken off.",
    `Exported: ${sizes(exported)}; fitted to the running system's traces: ${sizes(refitted)}.`,
    `KS from the model: running system ${short(model.pooled.root.running)} over entry calls, ${short(model.mean.api.running)} mean over APIs weighted by n; model fitted to its traces ${short(model.pooled.root.refitted)} and ${short(model.mean.api.refitted)}; floor ${short(model.pooled.root.floor)} and ${short(model.mean.api.floor)}.`,
    `KS from what its own executions drew, which is this machine's doing alone: ${short(result.drawn.pooled.root.running)} over entry calls, ${short(result.drawn.mean.api.running)} over APIs.`,
  ];
  if (machine.loadBefore > 0.75 * machine.cores) {
    summary.push(
      `This machine was busy before the run (load ${short(machine.loadBefore)} on ${machine.cores} cores): other programs' work is in the latencies, as waiting.`,
    );
  }
  if (original) {
    const { pooled, mean } = original;
    summary.push(
      `KS from the held-out original: running system ${short(pooled.root.running)} and ${short(mean.api.running)}; model ${short(pooled.root.model)} and ${short(mean.api.model)}; floor ${short(pooled.root.floor)} and ${short(mean.api.floor)}.`,
    );
  }
  for (const { service, api, predicted, drawn, measured } of (result.shifts ?? []).slice(0, listed)) {
    const [should, did] = [predicted, measured].map(({ before, after }) => percent((after - before) / before));
    summary.push(
      `Under the interventions the median of ${printable(`${service}: ${api}`)} moves by ${should} as predicted (${micros(predicted)}) and by ${did} as measured (${micros(measured)}; these calls drew ${micros(drawn)}).`,
    );
  }
  summary.push(...run.warnings.map(printable));
  const ran = new Map(result.drawn.roots.map((root) => [`${root.service}\n${root.api}`, root]));
  const columns = ["n", "KS", "chance", "p50", "p99", "KS", "p50", "p99"];
  const table = [
    `${"".padEnd(59)}${"from the model".padEnd(36)}${"from what was drawn".padEnd(27)}`,
    `${"entry API: running system".padEnd(50)} ${columns.map((name) => name.padStart(8)).join(" ")}`,
    ...model.roots
      .flatMap((root) => ran.get(`${root.service}\n${root.api}`) ?? [])
      .filter(({ n }, _, roots) => n >= enough || roots.every((each) => each.n < enough))
      .sort((a, b) => b.n - a.n)
      .slice(0, listed)
      .map((drawn) =>
        row(model.roots.find(({ service, api }) => service === drawn.service && api === drawn.api)!, drawn),
      ),
  ];
  return { summary, table };
}

function row(
  { service, api, running, chance }: ComparedApi<"running" | "refitted" | "chance">,
  drawn: ComparedApi<"running">,
): string {
  const { ks, p50, p99 } = drawn.running;
  const cells = [
    ...[String(drawn.n), short(running.ks), short(chance.ks), percent(running.p50), percent(running.p99)],
    ...[short(ks), percent(p50), percent(p99)],
  ];
  return `${printable(`${service}: ${api}`).slice(0, 50).padEnd(50)} ${cells.map((cell) => cell.padStart(8)).join(" ")}`;
}

function micros({ before, after }: { before: number; after: number }): string {
  return `${short(before / 1000)} to ${short(after / 1000)} ms`;
}

function sizes({ services, apis, edges }: LoopResult["structure"]["exported"]): string {
  return `${services} services, ${apis} APIs, ${edges} edges`;
}

function short(value: number | null): string {
  return value === null ? "-" : String(Number(value.toPrecision(3)));
}

function percent(share: number | null): string {
  return share === null ? "-" : `${share >= 0 ? "+" : ""}${(100 * share).toFixed(1)} %`;
}
