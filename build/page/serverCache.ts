import type { ResultCache } from "../../cells/cachedResult.ts";

/** Results of long steps, kept by the local server for all pages and for runs without a page. */
export const serverCache: ResultCache = {
  async get(key) {
    const response = await fetch(`cache/${key}`);
    if (response.status !== 200) return undefined;
    return { text: await response.text(), savedAt: Number(response.headers.get("x-saved-at")) };
  },
  async put(key, text) {
    await fetch(`cache/${key}`, { method: "PUT", body: text });
  },
  async clear() {
    const response = await fetch("cache/", { method: "DELETE" });
    if (!response.ok) throw new Error("the server has not cleared its cache");
  },
};
