import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findNotebooks, openWorkspace, workspaceOf } from "../../build/workspace.ts";

const folder = mkdtempSync(join(tmpdir(), "palette-workspace-"));
mkdirSync(join(folder, "notebooks"));
for (const name of ["b.html", "quickstart.html", "a.html", ".hidden.html", "notes.txt"])
  writeFileSync(join(folder, "notebooks", name), "<notebook></notebook>");

test("a workspace's notebooks lie in notebooks/, the quickstart first", async () => {
  const workspace = await openWorkspace(folder);
  expect(workspace).toEqual({
    folder,
    notebooksFolder: join(folder, "notebooks"),
    datasetsFolder: join(folder, "datasets"),
  });
  expect([...(await findNotebooks(workspace))]).toEqual([
    ["quickstart", join(folder, "notebooks", "quickstart.html")],
    ["a", join(folder, "notebooks", "a.html")],
    ["b", join(folder, "notebooks", "b.html")],
  ]);
});

test("a folder without notebooks/ holds them itself", async () => {
  const { folder: root, notebooksFolder } = await openWorkspace(join(folder, "notebooks"));
  expect([root, notebooksFolder]).toEqual([join(folder, "notebooks"), join(folder, "notebooks")]);
});

test("a notebook's file leads to its workspace", async () => {
  expect((await workspaceOf(join(folder, "notebooks", "a.html"))).folder).toBe(folder);
  expect((await workspaceOf(join(folder, "x.html"))).folder).toBe(folder);
  await expect(workspaceOf(join(folder, "nowhere", "x.html"))).rejects.toThrow(/nowhere\/x\.html: no such notebook$/);
  await expect(openWorkspace(join(folder, "nowhere"))).rejects.toThrow(/nowhere: no such folder$/);
});
