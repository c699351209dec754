import { loopGuard } from "./loopGuard.ts";

type Answer<Result> = { value: Result } | { error: string };

/**
 * Calls a function in a worker: the page goes on meanwhile, and the signal ends it, whatever it does. Only the function's
 * text gets there, so that it sees its arguments and what every worker has, and nothing around it. Arguments and result are
 * copied. Without a page, where nobody waits, it is called in place.
 * @throws Error where it names something around it, and whatever it throws, as an Error with the same message
 */
export async function inWorker<Arguments extends unknown[], Result>(
  work: (...args: Arguments) => Result | Promise<Result>,
  args: Arguments,
  { signal }: { signal?: AbortSignal } = {},
): Promise<Result> {
  signal?.throwIfAborted();
  if (typeof Worker === "undefined") return work(...args);
  const address = URL.createObjectURL(new Blob([programOf(work)], { type: "text/javascript" }));
  const worker = new Worker(address);
  try {
    return await new Promise<Result>((resolve, reject) => {
      signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
      worker.addEventListener("message", ({ data }: MessageEvent<Answer<Result>>) => {
        if ("value" in data) resolve(data.value);
        else reject(new Error(data.error));
      });
      worker.addEventListener("error", ({ message }) => reject(new Error(`inWorker: ${message}`)));
      worker.postMessage(args);
    });
  } finally {
    worker.terminate();
    URL.revokeObjectURL(address);
  }
}

/** The function as a worker of its own. The guard of loops has nothing to do there: a worker that loops harms no one. */
function programOf(work: (...args: never[]) => unknown): string {
  return `const ${loopGuard} = () => {};
onmessage = async ({ data }) => {
  try {
    postMessage({ value: await (${work})(...data) });
  } catch (error) {
    const said = String(error?.message ?? error);
    const seen = error instanceof ReferenceError ? "a function in a worker sees its arguments alone: " : "";
    postMessage({ error: seen + said });
  }
};`;
}
