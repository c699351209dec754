/**
 * Colours of the figures. Each is a custom property that `theme.css` sets for light and dark pages, with a fallback
 * that reads on both, for SVG files that stand alone. The series are Okabe and Ito's, told apart without red or green.
 */
export const colors = {
  background: "var(--theme-background, Canvas)",
  foreground: "var(--theme-foreground, currentColor)",
  muted: "var(--theme-foreground-muted, #808080)",
  faint: "var(--theme-foreground-fainter, #a8a8a8)",
  faintest: "var(--theme-foreground-faintest, rgba(128, 128, 128, 0.3))",
  card: "var(--palette-card, rgba(128, 128, 128, 0.06))",
  original: "var(--palette-original, currentColor)",
  simple: "var(--palette-simple, #d55e00)",
  gcm: "var(--palette-gcm, #0a84c6)",
  floor: "var(--palette-floor, #8c8c8c)",
  heat: "var(--palette-heat, #d1495b)",
  remote: "var(--palette-remote, #5a7ba6)",
  critical: "var(--palette-critical, #d1495b)",
  warning: "var(--palette-warning, #b8860b)",
} as const;

const services = [
  "#4e79a7",
  "#e58606",
  "#3b9e94",
  "#a05d9e",
  "#b79f00",
  "#cc6677",
  "#5d8f4e",
  "#8a7662",
  "#5aa5d6",
  "#888",
];

/** The colour of the service with this index; after ten they repeat. */
export function serviceColor(index: number): string {
  const slot = ((index % services.length) + services.length) % services.length;
  return `var(--palette-service-${slot + 1}, ${services[slot]})`;
}
