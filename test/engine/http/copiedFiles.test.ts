import { mkdirSync, mkdtempSync, realpathSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CopiedFiles, entriesOf, findFile } from "../../../lib/engine/http/copiedFiles.ts";

const folder = realpathSync(mkdtempSync(join(tmpdir(), "palette-copied-")));
const body = (text: string) => Readable.from([Buffer.from(text)]) as IncomingMessage;

describe("CopiedFiles", () => {
  it("gives a session its own copies, and no others", async () => {
    const copied = new CopiedFiles(join(folder, "copies"));
    await copied.write("one", "1/a/x.csv", body("a,b"));
    const path = await copied.pathOf("one", "dropped/1/a/x.csv");
    expect(path).toBe(join(folder, "copies/one/1/a/x.csv"));
    expect(copied.addressOf("one", path!)).toBe("dropped/1/a/x.csv");
    expect(copied.named("one", `${path}: no traces`)).toBe("dropped/1/a/x.csv: no traces");
    expect(await copied.pathOf("two", "dropped/1/a/x.csv")).toBeUndefined();
    expect(copied.addressOf("two", path!)).toBeUndefined();
    await expect(copied.pathOf("one", "dropped/../two/1/x.csv")).rejects.toThrow(/outside of the folders/);
    await copied.forget("one");
    expect(await copied.pathOf("one", "dropped/1/a/x.csv")).toBeUndefined();
  });

  it("never writes outside of the session's folder, whatever a file is called", async () => {
    const copied = new CopiedFiles(join(folder, "hostile"));
    const part = fc.oneof(fc.constantFrom("..", ".", "", "a", "/", "\\", "\0", "..\\x", "%2e%2e", "C:"), fc.string());
    let n = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 4 }), async (parts) => {
        const session = `s${n++}`;
        const refused = await copied.write(session, parts.join("/"), body("x")).then(
          () => false,
          () => true,
        );
        if (refused) return;
        const address = `dropped/${parts.join("/")}`;
        expect(await copied.pathOf(session, address)).toBe(join(folder, "hostile", session, ...parts));
      }),
      { numRuns: 60 },
    );
  });
});

describe("entriesOf and findFile", () => {
  it("list a folder without hidden names and links, and find a file by name, size and time", async () => {
    const served = join(folder, "served");
    mkdirSync(join(served, "deep/er"), { recursive: true });
    mkdirSync(join(served, ".hidden"));
    for (const name of ["b.csv", "a.csv", ".secret", "deep/er/a.csv", ".hidden/c.csv"])
      writeFileSync(join(served, name), name);
    symlinkSync("/etc", join(served, "link"));
    expect(await entriesOf(served)).toEqual([
      { name: "deep", isFolder: true, size: 0 },
      { name: "a.csv", isFolder: false, size: 5 },
      { name: "b.csv", isFolder: false, size: 5 },
    ]);
    expect(await entriesOf(join(served, "none"))).toEqual([]);
    const deep = join(served, "deep/er/a.csv");
    const { size, mtimeMs } = statSync(deep);
    const wanted = { name: "a.csv", size, modified: Math.floor(mtimeMs) };
    expect(await findFile([served], wanted)).toBe(deep);
    expect(await findFile([served], { ...wanted, modified: wanted.modified - 60_000 })).toBeUndefined();
    const hidden = statSync(join(served, ".hidden/c.csv"));
    const secret = { name: "c.csv", size: hidden.size, modified: Math.floor(hidden.mtimeMs) };
    expect(await findFile([served], secret)).toBeUndefined();
  });
});
