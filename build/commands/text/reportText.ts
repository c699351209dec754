import { type ComparedApi, type Distances, enough, type LatencyReport } from "../../../lib/compare/compareSamples.ts";
import { shapeMeasures } from "../../../lib/compare/shapeMeasures.ts";
import type { StructureDistance } from "../../../lib/compare/structure.ts";
import type { TwoSampleTest } from "../../../lib/compare/twoSampleTest.ts";
import type { Diagnosis } from "../../../lib/compare/worstApis.ts";
import type { Rung } from "../../../lib/ladder.ts";
import type { Repeated } from "../../../lib/repeat.ts";
import { printable } from "./printable.ts";

/** Entry APIs that the text lists, those with most traces first. */
const listed = 12;

type Structured<Model extends string> = LatencyReport<Model> & {
  structure: Record<Model | "floor", StructureDistance>;
  byTime?: Pick<LatencyReport<Model>, "pooled" | "mean">;
  repeated?: Repeated;
  ladder?: readonly Rung[];
  worst?: readonly Pick<Diagnosis, "service" | "api" | "ks" | "floor" | "cause">[];
  twoSample?: Record<Model | "floor", TwoSampleTest>;
};

/** A report for a terminal: distances of each model beside the noise floor, of latency in all and by entry API, and of shape. */
export function reportText<Model extends string>(report: Structured<Model>, models: readonly Model[]): string {
  const columns: (Model | "floor")[] = ["floor", ...models];
  const line = (name: string, n: string, cells: string[]) =>
    `${name.padEnd(52)} ${n.padStart(8)} ${cells.map((cell) => cell.padStart(9)).join(" ")}`;
  const distances = (name: string, of: Distances<Model>) =>
    line(
      name,
      "",
      columns.map((column) => shown(of[column])),
    );
  const api = (entry: ComparedApi<Model>) =>
    line(
      `  ${printable(`${entry.service}: ${entry.api}`).slice(0, 49)}`,
      String(entry.n),
      columns.map((column) => shown(entry[column].ks)),
    );
  const over = (ratios: Record<Model, number | null>, column: Model | "floor") => {
    const ratio = column === "floor" ? 1 : ratios[column];
    return ratio === null ? "-" : `${ratio.toFixed(2)}×`;
  };
  const toldApart = (test: Record<Model | "floor", TwoSampleTest>) =>
    line(
      "whole traces told apart (AUC, 0.5: not at all)",
      String(test.floor.n),
      columns.map((column) => shown(test[column].auc)),
    );
  return [
    line("KS distance from half of the original traces", "n", columns),
    distances("entry executions, pooled", report.pooled.root),
    line(
      "  over the noise floor",
      "",
      columns.map((column) => over(report.ratio.pooled.root, column)),
    ),
    distances(`entry APIs${countedOf(report.roots)}, mean weighted by n`, report.mean.root),
    distances(`APIs${countedOf(report.apis)}, mean weighted by n`, report.mean.api),
    line(
      "  over the noise floor",
      "",
      columns.map((column) => over(report.ratio.mean.api, column)),
    ),
    ...[...report.roots]
      .sort((a, b) => b.n - a.n)
      .slice(0, listed)
      .map(api),
    ...shapeMeasures.map(([key, name]) =>
      line(
        name,
        "",
        columns.map((column) => shown(report.structure[column][key])),
      ),
    ),
    ...(report.twoSample ? [toldApart(report.twoSample)] : []),
    ...(report.byTime
      ? [
          "",
          "fitted to the earlier traces, judged on the later ones",
          distances("entry executions, pooled", report.byTime.pooled.root),
          distances("APIs, mean weighted by n", report.byTime.mean.api),
        ]
      : []),
    ...(report.repeated ? ["", ...repeatedText(report.repeated)] : []),
    ...(report.ladder ? ["", ...ladderText(report.ladder)] : []),
    ...(report.worst?.length ? ["", "APIs furthest above the noise floor, and why", ...report.worst.map(reason)] : []),
  ].join("\n");
}

function repeatedText({ seeds, mean, spread }: Repeated): string[] {
  const columns = ["floor", "simple", "gcm"] as const;
  const row = (level: "root" | "api") =>
    columns
      .map((column) => `${column} ${shown(mean[level][column])} (spread ${shown(spread[level][column])})`)
      .join(", ");
  return [`means over ${seeds.length} seeds`, `  entry executions, pooled: ${row("root")}`, `  APIs: ${row("api")}`];
}

function ladderText(rungs: readonly Rung[]): string[] {
  const row = (cells: readonly string[]) =>
    cells.map((cell, i) => (i === 0 ? cell.padEnd(24) : cell.padStart(12))).join(" ");
  return [
    row(["model", "roots", "APIs", "numbers/API"]),
    ...rungs.map(({ model, root, api, numbers }) =>
      row([model, shown(root), shown(api), numbers === null ? "-" : String(Math.round(numbers))]),
    ),
  ];
}

function reason({ service, api, ks, floor, cause }: Pick<Diagnosis, "service" | "api" | "ks" | "floor" | "cause">) {
  return `  ${printable(`${service}: ${api}`)} (KS ${shown(ks)}, noise floor ${shown(floor)}): ${printable(cause.text)}`;
}

/** Which entries the means count, where they are not all. */
function countedOf(entries: readonly { n: number }[]): string {
  const large = entries.filter(({ n }) => n >= enough).length;
  return large === 0 || large === entries.length ? "" : ` of n ≥ ${enough}`;
}

function shown(distance: number | null): string {
  return distance === null ? "-" : distance.toFixed(4);
}
