import { check } from "./check.ts";

/**
 * Checks the classes of the node of kind `scenario`: each names an entry API once, and the probabilities of each entry
 * API's classes sum to 1. Throws one line naming the place.
 * @param apis ids of the APIs
 */
export function validateScenarios(value: unknown, apis: Set<string>, place: string): void {
  const byEntry = new Map<string, { ids: string[]; probabilities: number[] }>();
  for (const [index, item] of check.list(value, place).entries()) {
    const at = `${place}[${index}]`;
    const { id, entry, n, probability } = check.object(item, at);
    const api = check.reference(entry, apis, "API", `${at}.entry`);
    check.amount(n, `${at}.n`);
    const known = byEntry.get(api) ?? { ids: [], probabilities: [] };
    byEntry.set(api, known);
    known.ids.push(check.text(id, `${at}.id`));
    known.probabilities.push(check.share(probability, `${at}.probability`));
  }
  for (const { ids, probabilities } of byEntry.values()) {
    check.unique(ids, place);
    check.distribution(probabilities, place);
  }
}
