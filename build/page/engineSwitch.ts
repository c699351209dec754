import type { Engine } from "../../lib/engine/engine.ts";
import { errorLine } from "./errorLine.ts";
import type { PageEngine } from "./pageEngines.ts";

/**
 * Fills the header's choice of engine and returns the chosen one, the first where none was chosen. The choice is the
 * address's `engine` parameter, so that a link keeps it.
 */
export function showEngine(
  engines: readonly [PageEngine, ...PageEngine[]],
  select: HTMLSelectElement,
  state: HTMLElement,
): PageEngine {
  const asked = new URL(location.href).searchParams.get("engine");
  const chosen = engines.find(({ name }) => name === asked) ?? engines[0];
  select.replaceChildren(
    ...engines.map((engine) => new Option(engine.label, engine.name, engine === chosen, engine === chosen)),
  );
  select.disabled = engines.length === 1;
  select.addEventListener("change", () => {
    const address = new URL(location.href);
    address.searchParams.set("engine", select.value);
    location.assign(address);
  });
  const show = (name: string, text: string) => {
    state.dataset.state = name;
    state.title = text;
  };
  const open = async (): Promise<Engine> => {
    show("starting", "starting");
    try {
      const engine = await chosen.open();
      show("ready", "ready");
      return engine;
    } catch (error) {
      show("failed", errorLine(error));
      throw error;
    }
  };
  return { ...chosen, open };
}
