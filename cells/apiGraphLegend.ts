import { colors } from "./colors.ts";
import type { OwnTimeShade } from "./ownTimeShade.ts";
import { svg } from "./svg.ts";

/** The key below a call graph, at height y: kinds of lines, the shades, and a note on what is left out. */
export function apiGraphLegend(document: Document, y: number, heat: OwnTimeShade, note: string): SVGElement {
  const group = svg(document, "g", { class: "palette-legend", "font-size": 11, fill: colors.muted });
  let x = 8;
  const text = (label: string, width: number) => {
    group.append(svg(document, "text", { x, y: y + 4 }, label));
    x += width;
  };
  const line = (label: string, stroke: string, dash: string | undefined, width: number) => {
    group.append(
      svg(document, "path", { d: `M${x} ${y}h24`, stroke, "stroke-width": 2, "stroke-dasharray": dash, fill: "none" }),
    );
    x += 30;
    text(label, width);
  };
  line("remote call", colors.remote, undefined, 76);
  line("local call", colors.muted, undefined, 64);
  line("asynchronous", colors.remote, "5 4", 86);
  text(heat.ends[0], heat.ends[0].length * 6 + 6);
  for (let step = 0; step <= 5; step++) {
    group.append(
      svg(document, "rect", {
        ...{
          x: x + step * 12,
          y: y - 5,
          width: 12,
          height: 10,
          fill: colors.heat,
          "fill-opacity": 0.06 + 0.188 * step,
        },
      }),
    );
  }
  x += 78;
  text(`${heat.ends[1]} ${heat.title}`, (heat.ends[1].length + heat.title.length) * 6 + 14);
  text(note, 0);
  return group;
}
