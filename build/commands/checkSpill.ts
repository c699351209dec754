import { statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import type { Engine, EngineFile } from "../../lib/engine/engine.ts";
import { temporarySpace } from "../../lib/temporarySpace.ts";
import { UsageError } from "../usageError.ts";
import { engineMemory } from "./engineMemory.ts";

/**
 * Says before a fit what it may write to the folder that it spills to. Throws a UsageError where all files say how many
 * spans they have and the folder's disk has less space than that.
 */
export async function checkSpill(
  engine: Engine,
  addresses: readonly string[],
  { memory, spill = tmpdir() }: { memory: string; spill?: string | undefined },
  progress: (text: string) => void,
): Promise<void> {
  const files: EngineFile[] = [];
  for (const address of addresses) files.push(...(await engine.files(address)));
  const { bytes, counted } = await temporarySpace(engine, files, engineMemory(memory));
  if (bytes === 0) return;
  const { bavail, bsize } = await statfs(spill);
  const shown = (value: number) => `${(value / 1e9).toPrecision(2)} GB`;
  progress(`may need about ${shown(bytes)} of temporary space in ${spill}`);
  if (counted && bytes > bavail * bsize) {
    throw new UsageError(
      `${spill}: about ${shown(bytes)} of temporary space may be needed, ${shown(bavail * bsize)} is left; --spill names another folder, --sample fits to fewer traces`,
    );
  }
}
