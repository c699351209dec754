import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Engine } from "../../lib/engine/engine.ts";
import type { EngineWithFiles } from "./scanContract.ts";

/** An engine that reads files of this machine, with a temporary folder for them that goes when the engine closes. */
export async function withFolder(open: (folder: string) => Promise<Engine>): Promise<EngineWithFiles> {
  const folder = await mkdtemp(join(tmpdir(), "palette-engine-"));
  const engine = await open(folder);
  const close = engine.close.bind(engine);
  engine.close = async () => {
    await close();
    await rm(folder, { recursive: true, force: true });
  };
  const put = async (name: string, bytes: Uint8Array) => {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
    return path;
  };
  return { engine, put };
}
