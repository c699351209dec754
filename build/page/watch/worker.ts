import type { Sign } from "./sign.ts";

interface WatchedPage {
  readonly id: string;
  readonly visibilityState: string;
  navigate(url: string): Promise<unknown>;
}

interface WorkerEvent {
  /** The worker lives on until then. */
  waitUntil(work: Promise<unknown>): void;
  readonly data: Sign;
  readonly source: WatchedPage;
}

/** What is used of a service worker's own scope, whose types and those of a page exclude each other. */
interface WorkerScope {
  readonly clients: { claim(): Promise<void>; get(id: string): Promise<WatchedPage | undefined> };
  skipWaiting(): Promise<void>;
  addEventListener(type: "install" | "activate" | "message", listener: (event: WorkerEvent) => void): void;
}

const scope = globalThis as unknown as WorkerScope;

/** How many signs of life each page has given. */
const signs = new Map<string, number>();

scope.addEventListener("install", (event) => event.waitUntil(scope.skipWaiting()));
scope.addEventListener("activate", (event) => event.waitUntil(scope.clients.claim()));
scope.addEventListener("message", (event) => event.waitUntil(watch(event.source.id, event.data)));

/**
 * Waits for a page's next sign of life, and opens the page anew where none comes: the browser ends its process. Seconds are
 * counted, not looked up, so that those in which the whole machine slept are not held against the page; a page out of sight
 * may be as slow as it likes.
 */
async function watch(id: string, { patience, path }: Sign): Promise<void> {
  const sign = (signs.get(id) ?? 0) + 1;
  signs.set(id, sign);
  if (patience <= 0) return;
  let page: WatchedPage | undefined;
  for (let silent = 0; silent < patience; ) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    if (signs.get(id) !== sign) return;
    page = await scope.clients.get(id);
    if (!page) return void signs.delete(id);
    if (page.visibilityState === "visible") silent++;
  }
  signs.delete(id);
  await page?.navigate(`again?to=${encodeURIComponent(path)}`);
}
