import { plotDifference, plotRootsBeforeAfter } from "../cells/plotDifference.ts";
import { tableView } from "../cells/tableView.ts";
import { diffTopologies } from "../lib/interventions/diffTopologies.ts";
import { isTimed } from "../lib/topology/isTimed.ts";
import type { Topology } from "../lib/topology/topology.ts";
import { freezeNotebook } from "./freezeNotebook.ts";
import { openHeadlessDocument } from "./headlessDocument.ts";

/** How two topologies differ as one SVG: their call graphs in one, with what came, what went and what changed. */
export function differenceSvg(before: Topology, after: Topology): string {
  const { document, close } = openHeadlessDocument();
  try {
    const drawing = plotDifference(before, after, { document }).querySelector("svg")!;
    drawing.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(drawing)}\n`;
  } finally {
    close();
  }
}

/** The same as one self-contained HTML file, with the roots' latencies before and after, and the differences in words. */
export async function differencePage(before: Topology, after: Topology): Promise<string> {
  const { document, close } = openHeadlessDocument();
  const shown: Element[] = [];
  const title = `${before.name} and ${after.name === before.name ? "what it became" : after.name}`;
  try {
    const heading = document.createElement("h1");
    heading.textContent = title;
    const differences = diffTopologies(before, after);
    shown.push(heading, plotDifference(before, after, { document }));
    if (isTimed(before) && isTimed(after)) shown.push(plotRootsBeforeAfter(before, after, { document }));
    shown.push(
      tableView(differences, {
        document,
        caption: "What differs",
        columns: [
          { label: "kind", value: (each) => each.kind },
          { label: "difference", value: (each) => each.text },
        ],
      }),
    );
    const cells = shown.map(({ outerHTML }, index) => ({
      ...{ id: index + 1, mode: "js", status: "done" as const, causes: [], names: [], html: outerHTML, svgs: [] },
    }));
    return await freezeNotebook({ title, cells, values: {} });
  } finally {
    close();
  }
}
