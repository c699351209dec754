/** Path data of slanted lines, `step` px apart, that fill a rectangle without leaving it; no pattern, so no ids. */
export function hatching(x: number, y: number, width: number, height: number, step: number): string {
  const round = (value: number) => Math.round(value * 10) / 10;
  let d = "";
  for (let offset = step / 2; offset < width + height; offset += step) {
    const [x1, y1] = offset <= width ? [x + offset, y] : [x + width, y + offset - width];
    const [x2, y2] = offset <= height ? [x, y + offset] : [x + offset - height, y + height];
    d += `M${round(x1)} ${round(y1)}L${round(x2)} ${round(y2)}`;
  }
  return d;
}
