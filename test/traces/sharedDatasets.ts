import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, it } from "vitest";

const folder = process.env.PALETTE_DATASETS ?? fileURLToPath(new URL("../../../shared/datasets", import.meta.url));

/** The folder of genuine traces beside the checkout (or in PALETTE_DATASETS), without a slash at its end; else null. */
export const sharedDatasets: string | null = existsSync(folder) ? folder.replace(/\/+$/, "") : null;

/** `describe` with the folder of genuine traces; where it is absent the tests are skipped and the title says why. */
export function describeWithDatasets(name: string, tests: (folder: string) => void): void {
  // The tests are not even collected: they may list the folder's files.
  if (sharedDatasets === null) describe(name, () => it.skip(`needs the genuine traces, none at ${folder}`, () => {}));
  else describe(name, () => tests(folder));
}
