import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { colors, serviceColor } from "../../cells/colors.ts";

const theme = readFileSync(new URL("../../cells/theme.css", import.meta.url), "utf8");
const used = [...Object.values(colors), ...Array.from({ length: 10 }, (_, i) => serviceColor(i))];

/** WCAG's relative luminance of `#rgb` or `#rrggbb`. */
function luminance(hex: string): number {
  const long = hex.length === 4 ? hex.replace(/[\da-f]/gi, "$&$&") : hex;
  const [r, g, b] = [1, 3, 5].map((at) => {
    const c = Number.parseInt(long.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

describe("colors", () => {
  it("has a fallback for each, and a value in the theme for each of Palette's own", () => {
    for (const color of used) {
      const [, property] = /^var\((--[\w-]+), .+\)$/.exec(color)!;
      if (property!.startsWith("--palette-")) expect(theme).toContain(`${property}: `);
    }
  });

  it("stands out by at least 3 to 1 from white in the light theme and from dark grey in the dark one (2.4 in fills)", () => {
    const pairs = [...theme.matchAll(/(--palette-[\w-]+): light-dark\((#\w+), (#\w+)\)/g)];
    expect(pairs.length).toBeGreaterThanOrEqual(17);
    for (const [, property, light, dark] of pairs) {
      const least = /service/.test(property!) ? 2.4 : 3;
      expect(1.05 / (luminance(light!) + 0.05), `${property} on white`).toBeGreaterThan(least);
      expect((luminance(dark!) + 0.05) / (luminance("#1c1b25") + 0.05), `${property} on dark`).toBeGreaterThan(3);
    }
  });

  it("gives ten services colours of their own", () => {
    expect(new Set(Array.from({ length: 10 }, (_, i) => serviceColor(i))).size).toBe(10);
    expect(serviceColor(13)).toBe(serviceColor(3));
    expect(serviceColor(-1)).toBe(serviceColor(9));
  });
});
