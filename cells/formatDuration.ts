const units: [number, string][] = [
  [1e-3, "ns"],
  [1, "µs"],
  [1e3, "ms"],
  [1e6, "s"],
  [60e6, "min"],
  [3600e6, "h"],
];

/** A duration in µs as people read it, such as `1.25 ms`: three digits, ns to h; `–` where there is none. */
export function formatDuration(us: number | null | undefined): string {
  if (us === null || us === undefined || !Number.isFinite(us)) return "–";
  if (us === 0) return "0";
  let [size, unit] = units[0]!;
  for (const [s, u] of units) {
    if (Number((Math.abs(us) / s).toPrecision(3)) < (s === 60e6 ? 2 : 1)) continue;
    [size, unit] = [s, u];
  }
  return `${us < 0 ? "−" : ""}${digits(Math.abs(us) / size)} ${unit}`;
}

function digits(value: number): string {
  return value >= 1000 ? Math.round(value).toLocaleString("en-US") : String(Number(value.toPrecision(3)));
}
