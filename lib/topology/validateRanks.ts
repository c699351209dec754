import { binCount } from "../gcm/rankClasses.ts";
import { check } from "./check.ts";
import { distinctContexts } from "./distinctContexts.ts";
import type { RankTable } from "./topology.ts";
import { type ApiSurroundings, validateContext } from "./validatePfa.ts";

/** How far the printed probabilities of a density may sum from 1. */
const slack = 1e-2;

/** Checks the densities of a node's rank: a probability for each bin, which sum to 1. Throws one line naming the place. */
export function validateRanks(value: unknown, surroundings: ApiSurroundings, states: Set<string>, place: string): void {
  for (const [index, item] of check.list(value, place).entries()) {
    const at = `${place}[${index}]`;
    const table = check.object(item, at);
    validateContext(table.given, surroundings.apis, states, `${at}.given`);
    check.amount(table.n, `${at}.n`);
    const weights = check.list(table.weights, `${at}.weights`);
    if (weights.length !== binCount) check.fail(`${at}.weights`, `${weights.length} bins are not ${binCount}`);
    const sum = weights.reduce((total: number, weight, bin) => total + check.share(weight, `${at}.weights[${bin}]`), 0);
    if (Math.abs(sum - 1) > slack) check.fail(`${at}.weights`, `probabilities sum to ${sum}, not 1`);
  }
  distinctContexts(value as RankTable[], place);
}
