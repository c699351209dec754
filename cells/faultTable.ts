import { predictions } from "../lib/interventions/scoreFault.ts";
import type { WindowScores } from "../lib/interventions/scoreWindow.ts";
import { type Column, type TableView, tableView } from "./tableView.ts";

/** Headings that are narrower than what they stand for. */
const labels: Partial<Record<(typeof predictions)[number], string>> = { "own time and network": "+ network" };

const percent = (share: number | undefined) =>
  share === undefined ? null : `${share > 0 ? "+" : ""}${Math.round(100 * share)} %`;

/** Every window with the KS of each prediction beside the noise; its value is the chosen window, the first at first. */
export function faultTable(
  windows: readonly WindowScores[],
  { document }: { document: Document },
): TableView<WindowScores> {
  const distance = (predicted: (typeof predictions)[number]): Column<WindowScores> => ({
    label: labels[predicted] ?? predicted,
    title: predicted,
    value: ({ all }) => all?.scores[predicted]?.ks,
    format: "distance",
  });
  return tableView(windows, {
    document,
    chosen: windows[0],
    caption: "KS from what was observed",
    columns: [
      { label: "service", value: (row) => row.service },
      { label: "fault", value: (row) => row.kind },
      { label: "roots", value: (row) => row.roots, format: "count" },
      { label: "verdict", value: verdict },
      { label: "noise", value: ({ all }) => all?.noise, format: "distance" },
      ...predictions.map(distance),
      { label: "P50 off by", value: ({ all }) => percent(all?.scores.behaviour?.p50) },
      { label: "P95 off by", value: ({ all }) => percent(all?.scores.behaviour?.p95) },
    ],
  });
}

/** The same with the behaviour seen in one kind of traces and scored on all others. */
export function transferTable(windows: readonly WindowScores[], { document }: { document: Document }): HTMLElement {
  const transfers = windows.flatMap(({ service, kind, transfer }) =>
    transfer === null ? [] : [{ service, fault: kind, ...transfer }],
  );
  return tableView(transfers, {
    document,
    caption: "Seen in one kind of traces, scored on all others",
    columns: [
      { label: "service", value: (row) => row.service },
      { label: "fault", value: (row) => row.fault },
      { label: "seen in", value: (row) => row.donor },
      { label: "roots of others", value: (row) => row.roots, format: "count" },
      { label: "noise", value: (row) => row.noise, format: "distance" },
      { label: "nothing", value: (row) => row.scores.nothing?.ks, format: "distance" },
      { label: "behaviour", value: (row) => row.scores.behaviour?.ks, format: "distance" },
      { label: "P50 off by", value: (row) => percent(row.scores.behaviour?.p50) },
    ],
  });
}

function verdict({ all }: WindowScores): string {
  if (all === null) return "too few roots";
  if (!all.visible) return "nothing visible";
  const { ks, p50 } = all.scores.behaviour!;
  return ks <= 1.5 * all.noise && Math.abs(p50) <= 0.1 ? "predicted" : "off";
}
