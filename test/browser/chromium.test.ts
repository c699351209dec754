import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { describeInChromium, openChromium } from "./chromium.ts";

describeInChromium("Chromium for tests", () => {
  test("reaches this machine alone, and reports every attempt to leave it", async () => {
    const server = createServer((_request, response) => response.end("here"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const chromium = await openChromium();
    try {
      await chromium.page.goto(url);
      const fetched = await chromium.page.evaluate(async () => {
        const here = await (await fetch("/")).text();
        const script = "fetch('https://worker.example/').catch(() => postMessage('refused'))";
        const worker = new Worker(URL.createObjectURL(new Blob([script])));
        const inWorker = new Promise((resolve) => worker.addEventListener("message", ({ data }) => resolve(data)));
        return [here, await fetch("https://page.example/").catch(() => "refused"), await inWorker];
      });
      expect(fetched).toEqual(["here", "refused", "refused"]);
      await chromium.page.evaluate(() => console.error("wrong"));
      await expect
        .poll(() => chromium.problems)
        .toEqual(
          expect.arrayContaining([
            expect.stringMatching(/console: wrong/),
            "request to https://page.example/",
            "request to https://worker.example/",
          ]),
        );
      await expect(chromium.close()).rejects.toThrow(/page\.example.*worker\.example|worker\.example.*page\.example/);
    } finally {
      await chromium.close().catch(() => {});
      server.close();
    }
  });
});
