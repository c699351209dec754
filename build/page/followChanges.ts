/**
 * Loads a notebook's module anew whenever the server says that it has changed, and the whole page when the page itself
 * has. While the server does not answer, `notice` says so. Only a page that can be seen listens, because a browser has few
 * connections to one server, and pages in the background would take them all.
 */
export function followChanges(
  name: string,
  first: string,
  load: (module: string) => Promise<void>,
  notice: HTMLElement,
): void {
  let current = first;
  let events: EventSource | undefined;
  const say = (text: string) => {
    notice.textContent = text;
    notice.hidden = text === "";
  };

  function listen(): EventSource {
    const source = new EventSource(`events?notebook=${encodeURIComponent(name)}`);
    source.addEventListener("notebook", ({ data }: MessageEvent<string>) => {
      say("");
      if (data === current) return;
      current = data;
      load(data).catch((error: unknown) => say(error instanceof Error ? error.message : String(error)));
    });
    source.addEventListener("page", ({ data }: MessageEvent<string>) => {
      if (data !== document.querySelector("script[type=module]")?.getAttribute("src")) location.reload();
    });
    source.addEventListener("problem", ({ data }: MessageEvent<string>) => say(data));
    source.addEventListener("error", () => {
      say("The local server does not answer. Start it again (npm start) and open the address that it prints.");
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
