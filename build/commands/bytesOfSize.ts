const units: Record<string, number> = {
  K: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** Bytes of a size such as 4GB, as the option --memory has passed its check. */
export function bytesOfSize(size: string): number {
  const [, number, unit] = size.match(/^([\d.]+)\s*([KMGT]i?)?B$/i)!;
  return Number(number) * (unit ? units[unit[0]!.toUpperCase() + unit.slice(1).toLowerCase()]! : 1);
}
