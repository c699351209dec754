import type { Engine } from "../../lib/engine/engine.ts";

/** The engines that a notebook may work in, by address. */
export interface Engines {
  /** `duckdb`, and the address of the cluster that the workbench was started for, where it was. */
  addresses: readonly string[];
  /** Opens an engine, or gives the one that is open. Throws an Error of one line for another address. */
  open(address: string): Promise<Engine>;
}

/** The address of the engine on this machine, as the command line has it. */
export const embedded = "duckdb";

/** @param openers what opens an engine, by its address */
export function engines(openers: Readonly<Record<string, () => Promise<Engine>>>): Engines {
  const opened = new Map<string, Promise<Engine>>();
  const addresses = Object.keys(openers);
  return {
    addresses,
    async open(address) {
      const open = Object.hasOwn(openers, address) ? openers[address] : undefined;
      if (open === undefined)
        throw new Error(
          `${address}: this notebook has the engine ${addresses.join(" and ")}; palette serve --engine '${address}' starts a workbench that has this one`,
        );
      const known = opened.get(address) ?? open();
      opened.set(address, known);
      // What could not be opened is tried again.
      known.catch(() => opened.delete(address));
      return known;
    },
  };
}
