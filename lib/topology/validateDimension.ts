import { check } from "./check.ts";
import { distinctContexts } from "./distinctContexts.ts";
import type { DimensionRow } from "./topology.ts";
import { type ApiSurroundings, validateContext } from "./validatePfa.ts";

/**
 * Checks the rows of a node of kind `dimension`: each names an API, its probabilities sum to 1, and the last of each API
 * holds in any context. Throws one line naming the place.
 */
export function validateDimension(
  value: unknown,
  surroundings: ApiSurroundings,
  states: Set<string>,
  place: string,
): void {
  const last = new Map<string, { at: string; given: object }>();
  for (const [index, item] of check.list(value, place).entries()) {
    const at = `${place}[${index}]`;
    const { api, given, n, to } = check.object(item, at);
    validateContext(given, surroundings.apis, states, `${at}.given`);
    check.amount(n, `${at}.n`);
    const outcomes = check.list(to, `${at}.to`).map((each, number) => {
      const outcome = check.object(each, `${at}.to[${number}]`);
      check.text(outcome.value, `${at}.to[${number}].value`);
      return check.share(outcome.probability, `${at}.to[${number}].probability`);
    });
    check.distribution(outcomes, `${at}.to`);
    last.set(check.reference(api, surroundings.apis, "API", `${at}.api`), { at, given: given as object });
  }
  distinctContexts(value as DimensionRow[], place, ({ api }) => api);
  for (const { at, given } of last.values())
    if (Object.keys(given).length > 0) check.fail(`${at}.given`, "the last row of an API is not given {}");
}
