import { extname } from "node:path";

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".jsonl": "application/jsonl; charset=utf-8",
  ".csv": "text/csv; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
  ".md": "text/plain; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".wasm": "application/wasm",
  ".woff2": "font/woff2",
};

/** The media type of a file by the end of its name. HTML among data is served as text: it is no page of ours. */
export function contentType(path: string, { data = false } = {}): string {
  const type = types[extname(path).toLowerCase()] ?? "application/octet-stream";
  return data && /html|svg|javascript/.test(type) ? "text/plain; charset=utf-8" : type;
}
