import { describe, expect, it } from "vitest";
import { settableForms } from "../../build/settableForms.ts";
import { traceInput } from "../../cells/traceInput.ts";
import type { Engine } from "../../lib/engine/engine.ts";
import type { FileIntake, GivenFile } from "../../lib/engine/fileIntake.ts";
import { newDocument } from "./document.ts";

const document = newDocument();
settableForms(document);

const { Event, File } = document.defaultView!;

function engine(take: FileIntake["take"]): FileIntake {
  return { intake: "Small files are copied.", take, entries: async () => [] } as unknown as FileIntake;
}

/** Picks files, and waits until they are taken. */
async function pick(input: HTMLFormElement, names: string[]): Promise<void> {
  const picker = input.querySelector<HTMLInputElement>("input[type=file]")!;
  const files = names.map((name) => new File(["x"], name));
  Object.defineProperty(picker, "files", { value: files, configurable: true });
  picker.dispatchEvent(new Event("change"));
  await new Promise((resolve) => setTimeout(resolve));
}

describe("traceInput", () => {
  it("has the ready data set, then a path, then files: whatever was chosen last", async () => {
    const takes: (readonly GivenFile[])[] = [];
    const input = traceInput(
      engine(async (files) => {
        takes.push(files);
        return ["dropped/1"];
      }),
      { document, set: "figure1" },
    );
    const told: unknown[] = [];
    input.addEventListener("input", () => told.push(input.value));
    expect(input.value).toEqual({ set: "figure1", path: "", files: [] });
    const path = input.querySelector<HTMLInputElement>("input[type=text]")!;
    path.value = " traces/ ";
    path.dispatchEvent(new Event("input", { bubbles: true }));
    expect(told).toEqual([]);
    input.dispatchEvent(new Event("submit", { cancelable: true }));
    await pick(input, ["a.csv", "b.csv"]);
    expect(takes[0]!.map((file) => file.path)).toEqual(["a.csv", "b.csv"]);
    const select = input.querySelector("select")!;
    select.value = "recording";
    select.dispatchEvent(new Event("input", { bubbles: true }));
    expect(told).toEqual([
      { set: "figure1", path: "traces/", files: [] },
      { set: "figure1", path: "", files: ["dropped/1"] },
      { set: "recording", path: "", files: [] },
    ]);
  });

  it("says why files are not taken, and keeps what was chosen", async () => {
    const input = traceInput(
      engine(async () => {
        throw new Error("<b>.csv: 250 MB");
      }),
      { document },
    );
    const before = input.value;
    await pick(input, ["<b>.csv"]);
    expect(input.querySelector("[role=status]")!.innerHTML).toBe("&lt;b&gt;.csv: 250 MB");
    expect(input.value).toEqual(before);
  });

  it("forgets files of another page, and takes none where the engine does not", () => {
    const input = traceInput(
      engine(async () => []),
      { document },
    );
    input.value = { set: "figure1", path: "", files: ["dropped/1/x.csv", "data/large.csv"] };
    expect(input.value.files).toEqual(["data/large.csv"]);
    expect(input.textContent).toContain("drop them again");
    const plain = traceInput({} as Engine, { document });
    expect(plain.querySelector("input[type=file]")).toBeNull();
  });
});
