/** Path data of a smooth line through the neighbourhood of these points, exact at both ends. */
export function smoothPath(points: { x: number; y: number }[]): string {
  const at = (x: number, y: number) => `${Math.round(x * 10) / 10} ${Math.round(y * 10) / 10}`;
  const [first, ...rest] = points;
  if (!first) return "";
  let d = `M${at(first.x, first.y)}`;
  rest.forEach((point, index) => {
    const next = rest[index + 1];
    if (!next) d += `L${at(point.x, point.y)}`;
    else d += `Q${at(point.x, point.y)} ${at((point.x + next.x) / 2, (point.y + next.y) / 2)}`;
  });
  return d;
}

/** Path data of an arrow's head whose tip is the line's last point. */
export function arrowHead(points: { x: number; y: number }[], size: number): string {
  const tip = points.at(-1);
  const before = points.at(-2);
  if (!tip || !before) return "";
  const angle = Math.atan2(tip.y - before.y, tip.x - before.x);
  const corner = (turn: number) =>
    `${Math.round((tip.x - size * Math.cos(angle + turn)) * 10) / 10} ${Math.round((tip.y - size * Math.sin(angle + turn)) * 10) / 10}`;
  return `M${tip.x} ${tip.y}L${corner(0.45)}L${corner(-0.45)}z`;
}
