import { mkdtempSync, readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { type LiveServer, startServer } from "../../build/server.ts";
import { serveSystems } from "../../build/serveSystems.ts";
import { openWorkspace } from "../../build/workspace.ts";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import { type EngineService, serveEngine } from "../../lib/engine/serveEngine.ts";
import { fixtureCopy } from "../build/fixtureCopy.ts";
import { type ChromiumPage, openChromium } from "./chromium.ts";
import { settled } from "./settled.ts";

/** A server over a folder (by default a copy of the fixtures), and a Chromium to open it in. */
export class Workbench {
  constructor(
    readonly folder = fixtureCopy(),
    /** Further folders whose files notebooks may read. */
    private readonly data: readonly string[] = [],
    /** How Chromium is opened. */
    private readonly browser: Parameters<typeof openChromium>[0] = {},
  ) {}

  server!: LiveServer;
  chromium!: ChromiumPage;
  private engines!: EngineService;
  private readonly systems = serveSystems();

  get page(): Page {
    return this.chromium.page;
  }

  async start(): Promise<void> {
    const { folder, data } = this;
    const copies = mkdtempSync(join(tmpdir(), "palette-copies-"));
    const folders = [folder, ...data, copies];
    const options = { roots: [folder, ...data] as [string, ...string[]], copies, token: null };
    this.engines = serveEngine(() => openDuckDBNode({ folders }), options);
    const engine = (request: IncomingMessage, response: ServerResponse) => this.engines.handle(request, response);
    this.server = await startServer({
      workspace: await openWorkspace(folder),
      engine,
      systems: this.systems.handle,
      port: 0,
    });
    this.chromium = await openChromium(this.browser);
  }

  async close(): Promise<void> {
    await this.chromium?.close();
    await this.server?.close();
    await this.engines?.close();
    await this.systems.close();
  }

  /** Opens a notebook, until it is settled and can be edited. */
  async open(name = "latency", search = "", page = this.page): Promise<void> {
    const { port, token } = this.server;
    await page.goto(`http://127.0.0.1:${port}/${name}.html?token=${token}${search && `&${search}`}`);
    await settled(page);
    await page.locator(".cell > .tools").first().waitFor({ state: "attached" });
  }

  file(name = "latency"): string {
    return join(this.folder, "notebooks", `${name}.html`);
  }

  text(name = "latency"): string {
    return readFileSync(this.file(name), "utf8");
  }
}
