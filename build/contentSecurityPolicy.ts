import { createHash } from "node:crypto";

/** How many values a template of Observable's inputs has at most. */
const mostValues = 24;

/**
 * htl, which Observable's inputs are made with, puts `::1`, `::2` … in the place of event handlers while it builds them.
 * They never run; allowing just these texts keeps browsers from reporting each.
 */
const placeholders = Array.from({ length: mostValues }, (_, i) => {
  const hash = createHash("sha256")
    .update(`::${i + 1}`)
    .digest("base64");
  return `'sha256-${hash}'`;
});

/**
 * What pages may load and run: only what they come with. Scripts in attributes and addresses do not run, so that even
 * markup that slipped through from a trace could not act. Styles in attributes are needed by Plot.
 */
export const contentSecurityPolicy = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  `script-src-attr 'unsafe-hashes' ${placeholders.join(" ")}`,
  "worker-src 'self' blob:",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

/** For the script of DuckDB's worker, which compiles its glue to WebAssembly from text, and loads nothing but that. */
export const workerSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self' 'unsafe-eval' 'wasm-unsafe-eval'",
  "connect-src 'self' blob:",
].join("; ");
