import { check } from "./check.ts";

/**
 * Checks the levels of the node of kind `load`: unique ids, loads that ascend, each within its bounds, and probabilities
 * that sum to 1. Throws one line naming the place.
 */
export function validateLevels(value: unknown, place: string): void {
  const levels = check.list(value, place).map((item, index) => {
    const at = `${place}[${index}]`;
    const { id, load, least, most, n, probability } = check.object(item, at);
    check.text(id, `${at}.id`);
    const [low, middle, high] = [
      check.amount(least, `${at}.least`),
      check.amount(load, `${at}.load`),
      check.amount(most, `${at}.most`),
    ];
    if (low > middle || middle > high) check.fail(`${at}.load`, `${middle} is not between ${low} and ${high}`);
    check.amount(n, `${at}.n`);
    return { id: String(id), load: middle, probability: check.share(probability, `${at}.probability`) };
  });
  check.unique(
    levels.map(({ id }) => id),
    place,
  );
  check.ascending(
    levels.map(({ load }) => load),
    place,
  );
  check.distribution(
    levels.map(({ probability }) => probability),
    place,
  );
}
