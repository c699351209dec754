/** A share from 0 to 1 as a percentage, `–` where there is none; a share that is not quite 0 or 1 never reads as such. */
export function formatShare(share: number | null | undefined): string {
  if (share === null || share === undefined || !Number.isFinite(share)) return "–";
  const percent = share * 100;
  if (percent > 0 && percent < 0.1) return "<0.1 %";
  if (percent < 100 && percent > 99.9) return ">99.9 %";
  return `${Number(percent.toFixed(Math.abs(percent) < 10 ? 1 : Math.abs(percent) < 99.5 ? 0 : 1))} %`;
}
