import { cpSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const fixtures = fileURLToPath(new URL("fixtures", import.meta.url));

/** A new folder with a copy of the fixtures' notebooks and cells, which a test may change. */
export function fixtureCopy(): string {
  const folder = mkdtempSync(join(tmpdir(), "palette-workspace-"));
  cpSync(fixtures, folder, { recursive: true });
  return folder;
}
