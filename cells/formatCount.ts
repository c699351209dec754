/** A count with thousands separators, `–` where there is none; a mean keeps three digits. */
export function formatCount(count: number | null | undefined): string {
  if (count === null || count === undefined || !Number.isFinite(count)) return "–";
  if (Number.isInteger(count) || Math.abs(count) >= 100) return Math.round(count).toLocaleString("en-US");
  return String(Number(count.toPrecision(3)));
}
