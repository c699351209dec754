import { statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import type { Engine, EngineFile } from "../../lib/engine/engine.ts";
import { temporarySpace } from "../../lib/temporarySpace.ts";
import { UsageError } from "../usageError.ts";

const units: Record<string, number> = {
  K: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** Bytes of a size such as 4GB, as the option --memory has passed its check. */
export function bytesOfSize(size: string): number {
  const [, number, unit] = size.match(/^([\d.]+)\s*([KMGT]i?)?B$/i)!;
  return Number(number) * (unit ? units[unit[0]!.toUpperCase() + unit.slice(1).toLowerCase()]! : 1);
}

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
  const { bytes, counted } = await temporarySpace(engine, files, bytesOfSize(memory));
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
