import { diagnosisCdf } from "../cells/diagnosisCdf.ts";
import { headline } from "../cells/headline.ts";
import { html } from "../cells/html.ts";
import { ledgerTable } from "../cells/ledgerTable.ts";
import { nodesTable } from "../cells/nodesTable.ts";
import { plotCdf } from "../cells/plotCdf.ts";
import { plotDistanceSteps } from "../cells/plotDistanceSteps.ts";
import { plotDrift } from "../cells/plotDrift.ts";
import { plotKsByApi } from "../cells/plotKsByApi.ts";
import { plotQuantileErrors } from "../cells/plotQuantileErrors.ts";
import { plotResidual } from "../cells/plotResidual.ts";
import { type Column, tableView } from "../cells/tableView.ts";
import { toldApart } from "../cells/toldApart.ts";
import { shapeMeasures } from "../lib/compare/shapeMeasures.ts";
import type { Diagnosis } from "../lib/compare/worstApis.ts";
import type { FitReport } from "../lib/report.ts";
import { freezeNotebook } from "./freezeNotebook.ts";
import { openHeadlessDocument } from "./headlessDocument.ts";

/** What a page shows of a report; `palette fit` may have written less than all of it. */
export type ShownReport = Pick<FitReport, "ratio" | "pooled" | "mean" | "roots" | "apis"> & Partial<FitReport>;

type Entry = ShownReport["apis"][number];

/**
 * One self-contained HTML file of a fit's report: the headline, which leads to the API that is furthest off, its cause
 * and its pictures; every root and API; what each kind of node buys; the ledger. It has no script.
 */
export async function reportPage(title: string, report: ShownReport): Promise<string> {
  const { document, close } = openHeadlessDocument();
  let htmls: string[];
  try {
    htmls = [
      head(document, title, report),
      worstList(document, report.worst ?? []),
      ...(report.worst ?? []).map((one, index) => worst(document, one, index)),
      every(document, report),
      ...modelled(document, report),
      ...(report.ledger ? [section(document, "Ledger", ledgerTable(report.ledger, { document, limit: 200 }))] : []),
    ].map((part) => part.outerHTML);
  } finally {
    close();
  }
  const cells = htmls.map((html, index) => ({
    ...{ id: index + 1, mode: "js", status: "done" as const, causes: [], names: [], html, svgs: [] },
  }));
  return freezeNotebook({ title, cells, values: {} });
}

function head(document: Document, title: string, report: ShownReport): HTMLElement {
  const [first] = report.worst ?? [];
  const furthest = first
    ? [
        "Furthest off: ",
        html(document, "a", { href: "#worst-1" }, `${first.service}: ${first.api}`),
        ` (KS ${first.ks.toFixed(3)}, noise floor ${first.floor.toFixed(3)}). Found: ${first.cause.text}.`,
      ]
    : ["No API is above the noise floor."];
  return html(
    document,
    "div",
    {},
    html(document, "h1", {}, title),
    html(document, "p", { class: "lead" }, headline(report)),
    html(document, "p", {}, ...(report.worst ? furthest : [])),
    ...(report.twoSample ? [html(document, "p", {}, toldApart(report.twoSample))] : []),
    html(
      document,
      "p",
      { class: "palette-note" },
      "The topology was fitted to half of the traces and is judged on the other half. The noise floor is the distance between the two halves of the original: at 1× a model cannot be told from the original. KS is the largest gap between two CDFs.",
    ),
  );
}

function worstList(document: Document, list: readonly Diagnosis[]): HTMLElement {
  const items = list.map(({ service, api, ks, floor, cause }, index) =>
    html(
      document,
      "li",
      {},
      html(document, "a", { href: `#worst-${index + 1}` }, `${service}: ${api}`),
      ` KS ${ks.toFixed(3)} over ${floor.toFixed(3)}: ${cause.text}`,
    ),
  );
  if (items.length === 0) return html(document, "div");
  return section(document, "The worst APIs, and why", html(document, "ol", {}, ...items));
}

function worst(document: Document, found: Diagnosis, index: number): HTMLElement {
  const { service, api, n, cause, callees, sparse } = found;
  const cdf = diagnosisCdf(found);
  const share = sparse > 0 ? ` ${(100 * sparse).toFixed(0)} % of them in contexts that the fit hardly saw.` : "";
  const callers = tableView(callees, {
    ...{ document, limit: 8, caption: "What it waits for: KS of each call" },
    columns: [
      { label: "service", value: (row) => row.service },
      { label: "API", value: (row) => row.api },
      { label: "n", value: (row) => row.n, format: "count" },
      { label: "KS", value: (row) => row.ks, format: "distance" },
      { label: "noise floor", value: (row) => row.floor, format: "distance" },
    ],
  });
  return html(
    document,
    "div",
    { id: `worst-${index + 1}` },
    html(document, "h3", {}, `${service}: ${api}`),
    html(document, "p", {}, `Found: ${cause.text}. ${n} held-out executions.${share}`),
    plotCdf(cdf.series, { document, percentile: 0.95, height: 300, ...cdf.options }),
    html(
      document,
      "details",
      index === 0 ? { open: "" } : {},
      html(document, "summary", {}, "Where the distance comes from"),
      plotDistanceSteps(found, { document }),
      plotResidual(found, { document }),
      plotDrift(found.drift, { document }),
      ...(callees.length > 0 ? [callers] : []),
    ),
  );
}

function every(document: Document, { roots, apis }: ShownReport): HTMLElement {
  const columns: Column<Entry>[] = [
    { label: "service", value: (row) => row.service },
    { label: "API", value: (row) => row.api },
    { label: "n", value: (row) => row.n, format: "count" },
    { label: "noise floor", value: (row) => row.floor.ks, format: "distance" },
    { label: "GCM", value: (row) => row.gcm.ks, format: "distance" },
    { label: "× floor", value: (row) => times(row.gcm.ratio), format: "number" },
    { label: "simple", value: (row) => row.simple.ks, format: "distance" },
    { label: "W1", value: (row) => row.gcm.w1, format: "duration" },
    ...(["p50", "p95", "p99"] as const).map(
      (level): Column<Entry> => ({ label: `${level} error`, value: (row) => row.gcm[level], format: "share" }),
    ),
  ];
  const table = (rows: readonly Entry[], caption: string) =>
    tableView(
      rows.toSorted((a, b) => b.n - a.n),
      { document, columns, caption, limit: 1000 },
    );
  return section(
    document,
    "Every API",
    plotKsByApi([...apis], { document, order: "ratio" }),
    plotQuantileErrors([...apis], { document, width: 960 }),
    table(roots, "Entry executions by root; errors are the GCM's"),
    table(apis, "All executions by API"),
  );
}

/** What the models are made of, and how they fare otherwise: as far as the report has it. */
function modelled(document: Document, report: ShownReport): HTMLElement[] {
  const { ladder, repeated, byTime, structure } = report;
  type Row = { what: string; floor: number | null; simple: number | null; gcm: number | null };
  const distances = (rows: Row[], caption: string) =>
    tableView(rows, {
      ...{ document, caption, limit: 100 },
      columns: [
        { label: "what", value: (row) => row.what },
        { label: "noise floor", value: (row) => row.floor, format: "distance" },
        { label: "GCM", value: (row) => row.gcm, format: "distance" },
        { label: "simple", value: (row) => row.simple, format: "distance" },
      ],
    });
  const parts: HTMLElement[] = [];
  if (report.nodes?.length)
    parts.push(section(document, "Nodes of the causal models", nodesTable(report.nodes, { document })));
  if (ladder) {
    const rungs = tableView(ladder, {
      ...{ document, limit: 100, caption: "KS to the held-out half, with ever more kinds of nodes" },
      columns: [
        { label: "model", value: (row) => row.model },
        { label: "roots", value: (row) => row.root, format: "distance" },
        { label: "APIs", value: (row) => row.api, format: "distance" },
        { label: "numbers an API", value: (row) => row.numbers, format: "count" },
      ],
    });
    parts.push(section(document, "What each kind of node buys", rungs));
  }
  if (repeated) {
    const rows = (["mean", "spread"] as const).flatMap((kind) => [
      { what: `roots, ${kind}`, ...repeated[kind].root },
      { what: `APIs, ${kind}`, ...repeated[kind].api },
    ]);
    parts.push(
      section(document, `Over ${repeated.seeds.length} seeds`, distances(rows, "KS; spread: largest less smallest")),
    );
  }
  if (byTime) {
    const rows = [
      { what: "roots, pooled", ...byTime.pooled.root },
      { what: "APIs", ...byTime.mean.api },
    ];
    parts.push(
      section(document, "Earlier traces fitted, later ones held out", distances(rows, "KS; drift is in the floor")),
    );
  }
  if (structure) {
    const rows = shapeMeasures.map(([key, what]) => ({
      ...{ what, floor: structure.floor[key], simple: structure.simple[key], gcm: structure.gcm[key] },
    }));
    parts.push(section(document, "Shape of the traces", distances(rows, "KS to the held-out half")));
  }
  return parts;
}

function section(document: Document, title: string, ...content: Node[]): HTMLElement {
  return html(document, "div", {}, html(document, "h2", {}, title), ...content);
}

function times(ratio: number | null): number | null {
  return ratio === null ? null : Number(ratio.toFixed(2));
}
