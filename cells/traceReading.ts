import type { Engine } from "../lib/engine/engine.ts";
import { countsText } from "./countsText.ts";
import { filesTable } from "./filesTable.ts";
import { formatCount } from "./formatCount.ts";
import { html } from "./html.ts";
import { ledgerTable } from "./ledgerTable.ts";
import { type OpenTraces, openTraces } from "./openTraces.ts";
import { progressLine } from "./progressLine.ts";
import type { TraceSource } from "./traceSource.ts";

/** Traces that are being read, as an element that says how far that is, and then what was read. */
export interface TraceReading extends HTMLElement {
  traces: Promise<OpenTraces>;
}

export interface TraceReadingOptions {
  document: Document;
  /** Stops the reading, and later drops what was read. */
  signal?: AbortSignal;
  /** Shows the files and the ledger at once, not when asked. */
  open?: boolean;
}

/** Reads traces (see openTraces) and shows the progress, then their formats and the ledger. */
export function traceReading(engine: Engine, source: TraceSource, options: TraceReadingOptions): TraceReading {
  const { document, signal, open = false } = options;
  const progress = progressLine({ document, text: "Reading" });
  const said = html(document, "p", {}, source.description);
  const element = html(document, "div", { class: "palette-opened" }, said, progress) as unknown as TraceReading;
  const reading = openTraces(engine, source.addresses, { signal, onStep: progress.say });
  element.traces = progress.until(reading).then((traces) => {
    element.append(summary(traces, { document, open }));
    return traces;
  });
  return element;
}

function summary(traces: OpenTraces, { document, open }: { document: Document; open: boolean }): HTMLElement {
  const { files, ledger } = traces;
  const formats = [...new Set(files.map(({ format }) => format))].join(", ");
  const skipped = ledger.rules.filter(({ action }) => action === "skipped").length;
  const told = [
    `${formats}: ${formatCount(ledger.read)} records read`,
    ledger.merged > 0 ? `${formatCount(ledger.merged)} merged` : "",
    ledger.rejected > 0 ? `${formatCount(ledger.rejected)} rejected` : "none rejected",
    skipped > 0 ? `${formatCount(skipped)} files left out` : "",
  ];
  return html(
    document,
    "details",
    open ? { open: "" } : {},
    html(document, "summary", {}, told.filter(Boolean).join(", ")),
    html(document, "p", { class: "palette-note" }, countsText(traces)),
    filesTable(files, ledger, { document }),
    ledgerTable(ledger, { document }),
  );
}
