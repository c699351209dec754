import { describe, expect, it } from "vitest";
import { progressLine } from "../../cells/progressLine.ts";
import { hostile, newDocument } from "./document.ts";

const document = newDocument();

describe("progressLine", () => {
  it("says the step, as text, and its share where that is known", () => {
    const line = progressLine({ document, text: "Reading" });
    const bar = line.querySelector("progress")!;
    expect([line.textContent, bar.hasAttribute("value")]).toEqual(["Reading", false]);
    line.say(`Reading ${hostile.markup}`, 0.25);
    expect([line.textContent, bar.value]).toEqual([`Reading ${hostile.markup}`, 0.25]);
    expect(line.querySelectorAll("*").length).toBe(2);
    line.say("Building executions");
    expect(bar.hasAttribute("value")).toBe(false);
  });

  it("goes when the work ends, however it does", async () => {
    for (const work of [Promise.resolve(1), Promise.reject(new Error("no"))]) {
      const line = document.body.appendChild(progressLine({ document }));
      const [outcome] = await Promise.allSettled([line.until(work)]);
      expect(outcome!.status).toBe(await work.then(() => "fulfilled").catch(() => "rejected"));
      expect(line.isConnected).toBe(false);
    }
  });
});
