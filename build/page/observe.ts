/**
 * An async generator over what `initialize` notifies: each pull waits for a value newer than the last; values that come
 * faster are dropped but for the newest. `initialize` returns what is to be done when nobody listens any more.
 */
export function observe<T>(initialize: (notify: (value: T) => void) => (() => void) | undefined): AsyncGenerator<T> {
  let latest: { value: T } | undefined;
  let wake: (() => void) | undefined;
  let done = false;
  const dispose = initialize((value) => {
    latest = { value };
    wake?.();
  });
  const finish = async (): Promise<IteratorResult<T>> => {
    if (!done) dispose?.();
    done = true;
    wake?.();
    return { done: true, value: undefined };
  };
  return {
    async next() {
      while (!latest && !done) await new Promise<void>((resolve) => (wake = resolve));
      if (done || !latest) return { done: true, value: undefined };
      const { value } = latest;
      latest = undefined;
      return { done: false, value };
    },
    return: finish,
    async throw(error) {
      await finish();
      throw error;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
    async [Symbol.asyncDispose ?? Symbol.for("asyncDispose")]() {
      await finish();
    },
  } as AsyncGenerator<T>;
}
