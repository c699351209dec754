import { check } from "./check.ts";
import { distinctContexts } from "./distinctContexts.ts";
import type { Table } from "./topology.ts";
import { validateDimension } from "./validateDimension.ts";
import { validateLevels } from "./validateLevels.ts";
import { validateLoadings } from "./validateLoadings.ts";
import { type ApiSurroundings, validateContext } from "./validatePfa.ts";
import { validateRanks } from "./validateRanks.ts";
import { validateScenarios } from "./validateScenarios.ts";

/** Contexts that the simulator knows by itself, without a node for them. */
const contexts = ["caller", "path", "chain", "caller.rank"];

function validateTable(value: unknown, grid: number, surroundings: ApiSurroundings, states: Set<string>, at: string) {
  const table = check.object(value, at);
  validateContext(table.given, surroundings.apis, states, `${at}.given`);
  check.amount(table.n, `${at}.n`);
  const values = check.list(table.values, `${at}.values`);
  if (values.length === 0 || values.length > grid) {
    check.fail(`${at}.values`, `${values.length} values are not between 1 and the ${grid} of quantileGrid`);
  }
  if (table.step !== undefined && (values.length - 1) * check.amount(table.step, `${at}.step`) !== grid - 1) {
    check.fail(
      `${at}.step`,
      `${values.length} values at every ${table.step}-th level are not the ${grid} of quantileGrid`,
    );
  }
  const numbers = values.map((item, index) => check.amount(item, `${at}.values[${index}]`));
  check.ascending(numbers, `${at}.values`);
}

/**
 * Checks a causal model's nodes: unique ids, edges, and tables that are ascending and end with `given: {}`. Parents
 * are checked by `validateParents`, once all models are known. Throws one line naming the place.
 * @param edges ids of the edges that a node may belong to
 * @param grid number of levels of the topology's `quantileGrid`
 * @returns the ids of the nodes
 */
export function validateNodes(
  value: unknown,
  edges: Set<string>,
  grid: number,
  surroundings: ApiSurroundings,
  states: Set<string>,
  place: string,
): Set<string> {
  const ids = check.list(value, place).map((item, index) => {
    const at = `${place}[${index}]`;
    const node = check.object(item, at);
    check.text(node.kind, `${at}.kind`);
    check.oneOf(node.unit, ["us", "bytes", "probability", "count", "label", "normal"], `${at}.unit`);
    for (const [number, parent] of check.list(node.parents, `${at}.parents`).entries()) {
      check.text(parent, `${at}.parents[${number}]`);
    }
    if (node.loadings !== undefined) validateLoadings(node.loadings, node.parents as unknown[], `${at}.loadings`);
    if (node.ranks !== undefined) validateRanks(node.ranks, surroundings, states, `${at}.ranks`);
    if (node.regimeRanks !== undefined) validateRanks(node.regimeRanks, surroundings, states, `${at}.regimeRanks`);
    if (node.classes !== undefined) validateScenarios(node.classes, surroundings.apis, `${at}.classes`);
    if (node.column !== undefined) check.text(node.column, `${at}.column`);
    if (node.levels !== undefined) validateLevels(node.levels, `${at}.levels`);
    if (node.values !== undefined) validateDimension(node.values, surroundings, states, `${at}.values`);
    if (node.edge !== undefined) check.reference(node.edge, edges, "edge of this API", `${at}.edge`);
    if (node.kind === "network" && node.edge === undefined) check.fail(at, "a network node names no edge");
    if (node.tables !== undefined) {
      const tables = check.list(node.tables, `${at}.tables`);
      for (const [number, table] of tables.entries()) {
        validateTable(table, grid, surroundings, states, `${at}.tables[${number}]`);
      }
      distinctContexts(tables as Table[], `${at}.tables`);
      const last = tables.at(-1) as { given: object } | undefined;
      if (last && Object.keys(last.given).length > 0) check.fail(`${at}.tables`, "the last table is not given {}");
    }
    return check.text(node.id, `${at}.id`);
  });
  return check.unique(ids, place);
}

/** Checks that every parent is a node of the same model, of a caller's or of the exogenous ones. */
export function validateParents(nodes: unknown, known: Set<string>[], place: string): void {
  for (const [index, node] of (nodes as { id: string; parents: string[] }[]).entries()) {
    for (const [number, parent] of node.parents.entries()) {
      if (contexts.includes(parent) || known.some((ids) => ids.has(parent))) continue;
      check.fail(`${place}[${index}].parents[${number}]`, `there is no node ${check.shown(parent)}`);
    }
  }
}

/**
 * Checks an API's causal model but its nodes' parents. Throws one line naming the place.
 * @returns the ids of the nodes
 */
export function validateGcm(
  value: unknown,
  edges: Set<string>,
  grid: number,
  surroundings: ApiSurroundings,
  states: Set<string>,
  place: string,
): Set<string> {
  const gcm = check.object(value, place);
  check.text(gcm.equation, `${place}.equation`);
  for (const [index, item] of check.list(gcm.lambda, `${place}.lambda`).entries()) {
    const at = `${place}.lambda[${index}]`;
    const lambda = check.object(item, at);
    check.reference(lambda.edge, surroundings.calls, "edge of this API", `${at}.edge`);
    check.amount(lambda.value, `${at}.value`);
    if (lambda.fitted !== null) check.amount(lambda.fitted, `${at}.fitted`);
  }
  return validateNodes(gcm.nodes, edges, grid, surroundings, states, `${place}.nodes`);
}
