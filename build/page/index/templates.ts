/** What a new notebook may begin with: the cells of its file, by what people choose. */
export const templates: ReadonlyMap<string, string> = new Map([
  [
    "empty",
    `  <script id="1" type="text/markdown">
    # TITLE
  </script>
  <script id="2" type="text/x-typescript">
  </script>
`,
  ],
  [
    "SQL",
    `  <script id="1" type="text/markdown">
    # TITLE

    Files of this folder are read by their path, as in \`FROM 'datasets/spans.parquet'\`.
  </script>
  <script id="2" type="application/sql" database="var:db" output="rows">
    SELECT 'a first row' AS what, 1 AS number
  </script>
  <script id="3" type="text/x-typescript">
    Inputs.table(rows)
  </script>
`,
  ],
]);

/** The text of a new notebook's file. */
export function newNotebook(template: string, title: string): string {
  const cells = (templates.get(template) ?? "").replace("TITLE", () => title.replace(/[<>&\\`*_[\]$#]/g, "\\$&"));
  return `<!doctype html>\n<notebook theme="air">\n${titleElement(title)}\n${cells}</notebook>\n`;
}

/** A notebook's text with another title. */
export function withTitle(text: string, title: string): string {
  return text.replace(/[ \t]*<title\b[^>]*>[\s\S]*?<\/title\s*>/i, () => titleElement(title));
}

function titleElement(title: string): string {
  return `  <title>${title.replace(/&/g, "&amp;").replace(/</g, "&lt;")}</title>`;
}
