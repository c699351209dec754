/** ms for which long work in the page may keep it from answering. */
const longest = 30;

/** For long work in the page: to be awaited between its parts, and lets the page answer when it has not for a while. */
export function breathe(): () => Promise<void> | undefined {
  let since = performance.now();
  return () => {
    if (performance.now() - since < longest) return undefined;
    return new Promise((resolve) =>
      setTimeout(() => {
        since = performance.now();
        resolve();
      }),
    );
  };
}
