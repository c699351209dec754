import { errorLine } from "./errorLine.ts";

/** ms between two attempts to reach a server that has refused, as one does that was started anew. */
const pause = 2000;

/**
 * Wants a notebook's module anew whenever the server says that it has changed, and its changed cells ahead of that; loads
 * the whole page when the page itself has, or when another server answers: its engine knows nothing of this page. While no
 * server answers, `notice` says so. Only a page that can be seen listens, because a browser has few connections to one
 * server, and pages in the background would take them all.
 */
export function followChanges(
  name: string,
  notebook: { want(module: string): Promise<void>; patch(module: string): Promise<void> },
  notice: HTMLElement,
): void {
  let events: EventSource | undefined;
  let server: string | undefined;
  const say = (text: string) => {
    notice.textContent = text;
    notice.hidden = text === "";
  };

  function listen(): EventSource {
    const source = new EventSource(`events?notebook=${encodeURIComponent(name)}`);
    source.addEventListener("notebook", ({ data }: MessageEvent<string>) => {
      say("");
      notebook.want(data).catch((error: unknown) => say(errorLine(error)));
    });
    // What cannot be shown ahead comes with the whole notebook.
    source.addEventListener("cells", ({ data }: MessageEvent<string>) => void notebook.patch(data).catch(() => {}));
    source.addEventListener("page", ({ data }: MessageEvent<string>) => {
      if (data !== document.documentElement.dataset.version) location.reload();
    });
    source.addEventListener("server", ({ data }: MessageEvent<string>) => {
      if (server !== undefined && data !== server) location.reload();
      server = data;
    });
    source.addEventListener("problem", ({ data }: MessageEvent<string>) => say(data));
    source.addEventListener("error", () => {
      say("The local server does not answer. Start it again (npm start) and open the address that it prints.");
      if (source.readyState !== EventSource.CLOSED || source !== events) return;
      events = undefined;
      setTimeout(update, pause);
    });
    return source;
  }

  function update(): void {
    if (document.visibilityState === "visible") events ??= listen();
    else {
      events?.close();
      events = undefined;
    }
  }
  document.addEventListener("visibilitychange", update);
  update();
}
