import type { IncomingMessage, ServerResponse } from "node:http";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { projectRoot } from "../build/projectRoot.ts";
import { startServer } from "../build/server.ts";
import { findChromium } from "../build/setup.mjs";
import { openWorkspace } from "../build/workspace.ts";
import { openDuckDBNode } from "../lib/engine/duckdbNode.ts";
import { serveEngine } from "../lib/engine/serveEngine.ts";

/**
 * Takes the README's picture, docs/quickstart.png, of the quickstart as it runs in a page: its four figures, without the
 * prose and tables between them. Run it with `node --import ./build/typescript.mjs docs/takePicture.ts`.
 */
const onlyFigures = `
  .bar button, .progress, .contents, .engine { display: none !important; }
  main { display: flex; flex-wrap: wrap; gap: 0 2%; padding: 0 0 1rem; align-items: center; }
  .cell { display: none; margin: 0 !important; }
  .cell:has(h1), .cell:has([aria-label^="Call graph"]), .cell:has([aria-label^="Latency CDFs"]) { display: block; flex: 0 0 100%; }
  .cell:has([aria-label^="Automaton"]) { display: block; flex: 0 0 44%; }
  .cell:has([aria-label^="Causal model"]) { display: block; flex: 0 0 54%; }
  .cell p, .cell form { display: none; }
`;

const root = projectRoot();
const engines = serveEngine(() => openDuckDBNode({ folders: [root] }), { roots: [root], token: null });
const engine = (request: IncomingMessage, response: ServerResponse) => engines.handle(request, response);
const server = await startServer({ workspace: await openWorkspace(root), engine, port: 0 });
const browser = await chromium.launch({ executablePath: findChromium(), args: ["--no-sandbox"] });
try {
  const page = await browser.newPage({ viewport: { width: 1120, height: 900 }, deviceScaleFactor: 1.25 });
  await page.goto(`http://127.0.0.1:${server.port}/quickstart.html?token=${server.token}`);
  await page.locator('#progress[data-state="done"]').waitFor({ timeout: 120_000 });
  await page.addStyleTag({ content: onlyFigures });
  await page.mouse.move(0, 0);
  await page.screenshot({ path: fileURLToPath(new URL("quickstart.png", import.meta.url)), fullPage: true });
} finally {
  await browser.close();
  await server.close();
  await engines.close();
}
