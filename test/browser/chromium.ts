import { type Browser, chromium, type Page } from "playwright-core";
import { describe, test } from "vitest";
import { findChromium } from "../../build/setup.mjs";

const executablePath = findChromium();

/** A group of tests that need Chromium: without it they are skipped, with the reason, or fail where CI is set. */
export function describeInChromium(name: string, tests: () => void): void {
  const reason = "no Chromium: install Debian's package chromium, or set PALETTE_CHROMIUM to its path";
  if (executablePath) describe(name, tests);
  else if (process.env.CI === "true") {
    test(name, () => {
      throw new Error(reason);
    });
  } else describe.skip(`${name} (${reason})`, tests);
}

/** A page in a Chromium of its own. */
export interface ChromiumPage {
  page: Page;
  /** What went wrong so far: requests that wanted to leave the machine, errors on the console, exceptions. */
  problems: string[];
  /** Throws where a request wanted to leave the machine. */
  close(): Promise<void>;
}

/**
 * Starts Chromium with an empty page. Only loopback addresses can be reached.
 * @param watched whether a worker may open pages anew that do not answer, as tests keep them from when they measure or wait
 */
export async function openChromium({ width = 1280, height = 900, watched = false } = {}): Promise<ChromiumPage> {
  const browser: Browser = await chromium.launch({ executablePath, args: flags });
  const serviceWorkers = watched ? "allow" : "block";
  const context = await browser.newContext({ viewport: { width, height }, serviceWorkers });
  const problems: string[] = [];
  const leaving: string[] = [];
  await context.route(
    (url) => !isLocal(url),
    async (route) => {
      leaving.push(route.request().url());
      await route.abort("blockedbyclient");
    },
  );
  const page = await context.newPage();
  page.on("websocket", (socket) => {
    if (!isLocal(new URL(socket.url()))) leaving.push(socket.url());
  });
  page.on("pageerror", (error) => problems.push(`exception: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(`console: ${message.text()} (${message.location().url})`);
  });
  const left = () => leaving.map((url) => `request to ${url}`);
  return {
    page,
    get problems() {
      return [...problems, ...left()];
    },
    async close() {
      await browser.close();
      if (leaving.length > 0) throw new Error(`the page wanted to leave this machine: ${leaving.join(", ")}`);
    },
  };
}

const flags = [
  ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
  ...["--disable-component-update", "--disable-sync"],
  // Whatever escapes the interception below finds no host.
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
];

function isLocal(url: URL): boolean {
  return !/^(https?|wss?|ftp):$/.test(url.protocol) || ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
}
