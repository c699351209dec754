import { realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** Writes a text to a file as `writeWhole` does; a pipe or a device gets the text as it is. */
export async function writeFileWhole(path: string, text: string): Promise<void> {
  if (!(await isSpecial(path))) return writeWhole(path, (beside) => writeFile(beside, text));
  await writeFile(path, text).catch((error: NodeJS.ErrnoException) => {
    throw unwritable(path, error);
  });
}

/**
 * Has `write` write a file beside `path` and then puts it there, so that it is there whole or not at all: a full disk
 * leaves the old file as it was. A link stays, and what it leads to is replaced. Throws one line that names `path`, also
 * where that is a pipe or a device, which must not be replaced; or the reason of the signal where that aborted.
 */
export async function writeWhole(
  path: string,
  write: (beside: string) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  if (await isSpecial(path)) throw new Error(`${path}: cannot be written: it is a pipe or a device`);
  const target = await realpath(path).catch(() => path);
  const beside = `${target}.${process.pid}.part`;
  try {
    await write(beside);
    await rename(beside, target);
  } catch (error) {
    await rm(beside, { force: true }).catch(() => {});
    signal?.throwIfAborted();
    throw unwritable(path, error as NodeJS.ErrnoException);
  }
}

/** Throws, before any work is done, where a file cannot be written because of the folder it would be in. */
export async function checkTarget(path: string): Promise<void> {
  const folder = dirname(path);
  const found = await stat(folder).catch((error: NodeJS.ErrnoException) => {
    throw unwritable(path, error);
  });
  if (!found.isDirectory()) throw new Error(`${path}: cannot be written: ${folder} is not a folder`);
  const target = await stat(path).catch(() => undefined);
  if (target?.isDirectory()) throw new Error(`${path}: cannot be written: it is a folder`);
}

/** Throws one line that names `path` where writing it would replace one of the files that were read. */
export async function checkNotRead(path: string, read: readonly string[]): Promise<void> {
  for (const file of read) {
    if (await isSameFile(path, file))
      throw new Error(`${path}: cannot be written: it is one of the files that were read`);
  }
}

/** Whether two paths lead to the same file, which need not be there yet; their folders must be. No pipe or device is. */
export async function isSameFile(one: string, other: string): Promise<boolean> {
  if (await isSpecial(one)) return false;
  const [a, b] = await Promise.all(
    [one, other].map((path) => realpath(path).catch(async () => join(await realpath(dirname(path)), basename(path)))),
  );
  return a === b;
}

/** Whether there is something at a path that is neither a file nor a folder. */
async function isSpecial(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && !found.isFile() && !found.isDirectory();
}

const reasons: Record<string, string> = {
  ENOENT: "there is no such folder",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOSPC: "no space is left on the disk",
  EDQUOT: "no space is left for this user",
  EFBIG: "the file would be larger than allowed",
};

function unwritable(path: string, error: NodeJS.ErrnoException): Error {
  return new Error(`${path}: cannot be written: ${reasons[error.code ?? ""] ?? error.message}`, { cause: error });
}
