import { mkdtempSync, renameSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";

/** Where the system's events are lost, as on a machine whose watches have run out. */
vi.mock("node:fs", async (original) => ({
  ...(await original<typeof import("node:fs")>()),
  watch: () => {
    throw new Error("ENOSPC: no watches left");
  },
}));
const { SourceWatch } = await import("../../build/sourceWatch.ts");

const folder = mkdtempSync(join(tmpdir(), "palette-sources-"));
const file = join(folder, "a.ts");
writeFileSync(file, "one");
let watch: InstanceType<typeof SourceWatch>;
let told = 0;

function open(): void {
  told = 0;
  watch = new SourceWatch(() => told++);
}
afterEach(() => watch.close());

/** Longer than a file's time may lag behind the clock. */
const rest = () => new Promise((resolve) => setTimeout(resolve, 80));

test("a change is told without any event of the system: content, another file of the name, a new file beside it", async () => {
  open();
  await rest();
  watch.begin();
  watch.watch([file]);
  await new Promise((resolve) => setTimeout(resolve, 1200));
  expect(told).toBe(0);
  const changes = [
    () => writeFileSync(file, "two"),
    () => {
      writeFileSync(`${file}.part`, "new");
      utimesSync(`${file}.part`, 1, 1);
      renameSync(`${file}.part`, file);
    },
    () => writeFileSync(join(folder, "b.ts"), ""),
  ];
  for (const change of changes) {
    watch.begin();
    watch.watch([file]);
    told = 0;
    change();
    await expect.poll(() => told, { timeout: 5000 }).toBeGreaterThan(0);
  }
});

test("a file that changes while it is read is told once it was read", async () => {
  open();
  watch.begin();
  writeFileSync(file, "while it is read for the first time");
  watch.watch([file]);
  await expect.poll(() => told).toBe(1);
  await rest();
  watch.begin();
  writeFileSync(file, "while it is read again");
  watch.watch([file]);
  await expect.poll(() => told).toBe(2);
});
