import { JSDOM } from "jsdom";
import { settableForms } from "./settableForms.ts";

/** Globals of a page that notebook cells, Plot, Inputs and htl look for. */
const names = [
  ..."window document Node Element HTMLElement SVGElement Text DocumentFragment Event CustomEvent MouseEvent".split(
    " ",
  ),
  ..."DOMParser XMLSerializer Option HTMLInputElement HTMLSelectElement NodeList HTMLCollection getComputedStyle location".split(
    " ",
  ),
] as const;

export interface HeadlessDocument {
  document: Document;
  /** Gives the globals back and closes the document. */
  close(): void;
}

/** Makes an empty document and puts it, and what belongs to it, where scripts of a page find it: in the globals. */
export function openHeadlessDocument(): HeadlessDocument {
  const { window } = new JSDOM("<!doctype html><main></main>", { url: "http://localhost/" });
  const given = window as unknown as Record<string, unknown>;
  const replaced = new Map<string, PropertyDescriptor | undefined>();
  const set = (name: string, value: unknown) => {
    replaced.set(name, Object.getOwnPropertyDescriptor(globalThis, name));
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  };
  for (const name of names) set(name, name === "window" ? window : given[name]);
  set("requestAnimationFrame", (callback: (time: number) => void) => setTimeout(() => callback(performance.now()), 0));
  set("cancelAnimationFrame", clearTimeout);
  settableForms(window.document);
  return {
    document: window.document,
    close() {
      for (const [name, descriptor] of replaced) {
        if (descriptor) Object.defineProperty(globalThis, name, descriptor);
        else Reflect.deleteProperty(globalThis, name);
      }
      window.close();
    },
  };
}
