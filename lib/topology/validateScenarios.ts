import { check } from "./check.ts";

/**
 * Checks the classes of the node of kind `scenario`: each names an entry API once, for a load or for any other, and the
 * probabilities of each entry API's classes sum to 1 either way. Throws one line naming the place.
 * @param apis ids of the APIs
 */
export function validateScenarios(value: unknown, apis: Set<string>, place: string): void {
  const rows = new Map<string, { ids: string[]; probabilities: number[] }>();
  const everywhere = new Set<string>();
  const somewhere = new Map<string, string>();
  for (const [index, item] of check.list(value, place).entries()) {
    const at = `${place}[${index}]`;
    const { id, entry, n, probability, given } = check.object(item, at);
    const load =
      given === undefined ? undefined : check.text(check.object(given, `${at}.given`).load, `${at}.given.load`);
    const api = check.reference(entry, apis, "API", `${at}.entry`);
    check.amount(n, `${at}.n`);
    const key = JSON.stringify([api, load]);
    const known = rows.get(key) ?? { ids: [], probabilities: [] };
    rows.set(key, known);
    if (load === undefined) everywhere.add(api);
    else somewhere.set(api, at);
    known.ids.push(check.text(id, `${at}.id`));
    known.probabilities.push(check.share(probability, `${at}.probability`));
  }
  for (const { ids, probabilities } of rows.values()) {
    check.unique(ids, place);
    check.distribution(probabilities, place);
  }
  for (const [api, at] of somewhere)
    if (!everywhere.has(api)) check.fail(at, `${check.shown(api)} has no classes for any other load`);
}
