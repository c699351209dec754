/** Style of every Plot figure: it shrinks with the page and uses the page's typeface. */
export const plotStyle =
  "max-width: 100%; margin: 8px 0; height: auto; font-family: var(--sans-serif, system-ui, sans-serif); font-size: 11px; overflow: visible";
