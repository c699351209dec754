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
 * Takes the README's picture, docs/quickstart.png, of the quickstart as it runs in a page: its head, and the figures with
 * their headings, without the tables and the prose between them. Run it with
 * `node --import ./build/typescript.mjs docs/takePicture.ts`.
 */
const figures = `
  .contents { display: none !important; }
  main { display: flex; flex-wrap: wrap; gap: 0 2%; padding: 0.5rem 0 1rem; align-items: start; }
  .cell { display: none; margin: 0 !important; order: 3; }
  .cell:is(#cell-1, #cell-9, #cell-11, #cell-16, #cell-21) { display: block; flex: 0 0 100%; }
  .cell:is(#cell-1, #cell-9, #cell-11) { order: 0; }
  .cell:is(#cell-12, #cell-13) { display: block; flex: 0 0 44%; }
  .cell:is(#cell-14, #cell-15) { display: block; flex: 0 0 54%; }
  .cell:is(#cell-12, #cell-14) { order: 1; }
  .cell:is(#cell-13, #cell-15) { order: 2; }
  .cell:not(#cell-1) p, .cell form { display: none; }
`;

const root = projectRoot();
const engines = serveEngine(() => openDuckDBNode({ folders: [root] }), { roots: [root], token: null });
const engine = (request: IncomingMessage, response: ServerResponse) => engines.handle(request, response);
const server = await startServer({ workspace: await openWorkspace(root), engine, port: 0 });
const browser = await chromium.launch({ executablePath: findChromium(), args: ["--no-sandbox"] });
try {
  const page = await browser.newPage({
    viewport: { width: 1280, height: 900 },
    colorScheme: "light",
    deviceScaleFactor: 1.25,
  });
  await page.goto(`http://127.0.0.1:${server.port}/quickstart.html?token=${server.token}`);
  await page.locator('#progress[data-state="done"]').waitFor({ timeout: 120_000 });
  await page.addStyleTag({ content: figures });
  await page.mouse.move(0, 0);
  await page.screenshot({ path: fileURLToPath(new URL("quickstart.png", import.meta.url)), fullPage: true });
} finally {
  await browser.close();
  await server.close();
  await engines.close();
}
