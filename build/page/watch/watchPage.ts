import type { Sign } from "./sign.ts";

/** ms between two signs of life. */
const beat = 1000;

/**
 * Has a service worker watch whether this page answers, which opens it anew where it does not. A dialog of the browser, for
 * which a page waits without a sign, does not count.
 * @param patience for how many seconds the page may be silent, now; 0 for as long as it likes
 */
export async function watchPage(patience: () => number): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  await navigator.serviceWorker.register("watch.js");
  const { active } = await navigator.serviceWorker.ready;
  let isInDialog = false;
  const tell = () => {
    const path = `${location.pathname}${location.search}${location.hash}`;
    const sign: Sign = { patience: isInDialog ? 0 : patience(), path };
    (navigator.serviceWorker.controller ?? active)?.postMessage(sign);
  };
  const inDialog = (now: boolean) => {
    isInDialog = now;
    tell();
  };
  for (const name of ["alert", "confirm", "prompt"] as const) {
    const open = window[name] as (...said: unknown[]) => unknown;
    Object.assign(window, {
      [name]: (...said: unknown[]) => {
        inDialog(true);
        try {
          return open.apply(window, said);
        } finally {
          inDialog(false);
        }
      },
    });
  }
  addEventListener("beforeprint", () => inDialog(true));
  addEventListener("afterprint", () => inDialog(false));
  tell();
  setInterval(tell, beat);
}
