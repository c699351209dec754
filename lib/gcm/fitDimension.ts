import { tableFromArrays } from "apache-arrow";
import { matches } from "../engine/matches.ts";
import { literal } from "../engine/sql.ts";
import { type DimensionRow, entryCaller, type GcmNode } from "../topology/topology.ts";
import { type Dataset, tableOf } from "../traces/dataset.ts";
import type { Dimension, SpanPattern } from "./dimension.ts";
import type { FittedLabel } from "./fittedLabel.ts";

/** Different texts that are told apart at most. */
const mostTexts = 32;
/** Levels of callers that a value is handed down. */
const mostLevels = 64;
/** Executions that a caller's own distribution needs, and how much likelier, in nats, it must make them. */
const fewest = 20;
const leastGain = 6.6;
/** The value of an execution that records none although its API does. */
const none = "(none)";

/** A fitted dimension: the label that paths and times may depend on, and the node. */
export interface FittedDimension {
  label: FittedLabel;
  node: GcmNode;
}

/** Columns of the span table that can be a dimension, and what executions have of them. */
const columnsOfExecutions: Partial<Record<string, string>> = {
  request_bytes: "e.request_bytes::VARCHAR",
  response_bytes: "e.response_bytes::VARCHAR",
  error: "e.error::VARCHAR",
};

/**
 * Makes a column of the traces a node: executions of the APIs in `from` draw a value, given their caller, and all that
 * they call has it from them. Up to `classes` different numbers, and up to 32 texts, are values as they are; more
 * numbers are divided into classes of about equal size. Writes the table `dimension_<number>` (span, value) for the
 * executions, not held out, of APIs that depend on it.
 * @param conditioned whether the caller may change the distribution
 * @throws Error of one line where the column is nowhere, has no value, or has too many texts, and where a pattern
 * matches no API
 */
export async function fitDimension(
  dataset: Dataset,
  dimension: Dimension,
  number: number,
  conditioned: boolean,
  apiId: (api: number) => string,
): Promise<FittedDimension> {
  const { engine } = dataset;
  const { name, column, place } = dimension;
  const t = (table: string) => tableOf(dataset, table);
  const fail = (problem: string): never => {
    throw new Error(`${place}: ${problem}`);
  };
  const to = await apisOf(dataset, dimension.to, (pattern) => fail(`to: no API is ${shownPattern(pattern)}`));
  const recorded = await recordedBy(dataset, dimension, fail);
  const from = dimension.from
    ? await apisOf(dataset, [dimension.from], (pattern) => fail(`from: no API is ${shownPattern(pattern)}`))
    : recorded;
  if (!from.some((api) => recorded.includes(api)))
    fail(`${JSON.stringify(column)} has no value in any execution of ${from.map(apiId).join(", ")}`);

  await engine.query(`
    CREATE OR REPLACE TABLE ${t("drawn")} AS
    SELECT v.span, v.text, CASE WHEN abs(TRY_CAST(v.text AS DOUBLE)) < 1e300 THEN TRY_CAST(v.text AS DOUBLE) END AS number, NOT s.test AS fitted
    FROM ${valuesOf(dataset, dimension)} v JOIN ${t("split")} s USING (trace) WHERE v.api IN (${from.join(", ")})`);
  const counted = await engine.query(`
    SELECT count(text)::DOUBLE AS n, count(number)::DOUBLE AS numbers, count(DISTINCT text)::DOUBLE AS texts,
      count(DISTINCT number)::DOUBLE AS several FROM ${t("drawn")} WHERE fitted`);
  const { n, numbers, texts, several } = counted.get(0) as unknown as Record<
    "n" | "numbers" | "texts" | "several",
    number
  >;
  if (n === 0) fail(`${JSON.stringify(column)} has no value in any trace that is not held out`);
  const numeric = numbers === n;
  if (!numeric && texts > mostTexts)
    fail(
      `${JSON.stringify(column)} has ${texts} different texts, which are more than the ${mostTexts} that can be told apart`,
    );
  const values = await classesOf(dataset, numeric, several > dimension.classes ? dimension.classes : undefined);
  await handDown(dataset, from);
  const table = `dimension_${number}`;
  await engine.query(`
    CREATE OR REPLACE TABLE ${t(table)} AS
    SELECT h.span, h.value AS ${table} FROM ${t("handed")} h JOIN ${t("executions")} e USING (span)
    WHERE e.api IN (${to.join(", ")})`);
  const { reached } = (await engine.query(`SELECT count(*)::DOUBLE AS reached FROM ${t(table)}`)).get(0)!;
  if (reached === 0)
    fail(
      `to: no execution of ${to.map(apiId).join(", ")} is called by one of ${from.map(apiId).join(", ")}, directly or not`,
    );
  const node: GcmNode = {
    id: name,
    kind: "dimension",
    parents: [],
    unit: "label",
    column,
    values: await rowsOf(dataset, from, values, conditioned, apiId),
  };
  for (const left of ["drawn", "handed"]) await engine.query(`DROP TABLE ${t(left)}`);
  const label: FittedLabel = {
    id: name,
    table,
    column: table,
    by: "span",
    nameOf: (value) => values[value]!,
    drawnBy: from,
  };
  node.parents = [...new Set(node.values!.flatMap(({ given }) => Object.keys(given)))];
  return { label, node };
}

/** The numbers of the APIs that any of some patterns matches. */
async function apisOf(
  dataset: Dataset,
  patterns: readonly SpanPattern[],
  missing: (pattern: SpanPattern) => never,
): Promise<number[]> {
  const found = new Set<number>();
  for (const pattern of patterns) {
    const { service = "*", name = "*" } = pattern;
    const rows = await dataset.engine.query(`
      SELECT DISTINCT n.api::INTEGER AS api FROM ${tableOf(dataset, "names")} n
        JOIN ${tableOf(dataset, "executions")} e USING (api)
      WHERE ${matches("n.service", service)} AND ${matches("n.operation", name)} ORDER BY 1`);
    if (rows.numRows === 0) missing(pattern);
    for (const { api } of rows) found.add(api);
  }
  return [...found].sort((a, b) => a - b);
}

/** A relation (span, trace, api, text) of what executions record: on their own span, or on the client's. */
function valuesOf(dataset: Dataset, { column }: Dimension): string {
  const t = (table: string) => tableOf(dataset, table);
  if (Object.hasOwn(columnsOfExecutions, column))
    return `(SELECT e.span, e.trace, e.api, ${columnsOfExecutions[column]} AS text FROM ${t("executions")} e)`;
  const properties = `(SELECT file, "row", min(text) AS text FROM ${t("properties")} WHERE name = ${literal(column)} GROUP BY file, "row")`;
  return `(
    SELECT e.span, e.trace, e.api, coalesce(p.text, c.text) AS text FROM ${t("executions")} e
      LEFT JOIN ${properties} p ON p.file = e.file AND p."row" = e."row"
      LEFT JOIN ${properties} c ON c.file = e.client_file AND c."row" = e.client_row)`;
}

/** The numbers of the APIs whose executions record a value. */
async function recordedBy(dataset: Dataset, dimension: Dimension, fail: (problem: string) => never): Promise<number[]> {
  const rows = await dataset.engine.query(
    `SELECT DISTINCT api::INTEGER AS api FROM ${valuesOf(dataset, dimension)} WHERE text IS NOT NULL ORDER BY 1`,
  );
  if (rows.numRows === 0)
    fail(`no span has a value for ${JSON.stringify(dimension.column)}: neither a column nor an attribute of that name`);
  return [...rows].map(({ api }) => Number(api));
}

/**
 * Gives the rows of `drawn` the number of their value, in a column `value`.
 * @param classes to divide numbers into; where absent each different value is one
 * @returns the names of the values
 */
async function classesOf(dataset: Dataset, numeric: boolean, classes: number | undefined): Promise<string[]> {
  const { engine } = dataset;
  const drawn = tableOf(dataset, "drawn");
  const bounds =
    classes === undefined
      ? []
      : [
          ...(await engine.query(`
            SELECT DISTINCT unnest(quantile_disc(number, [${Array.from({ length: classes - 1 }, (_, i) => (i + 1) / classes).join(", ")}])) AS bound
            FROM ${drawn} WHERE fitted ORDER BY 1`)),
        ].map(({ bound }) => Number(bound));
  const key = !numeric
    ? "text"
    : classes === undefined
      ? "number"
      : `CASE ${bounds.map((bound, index) => `WHEN number <= ${bound} THEN ${index}`).join(" ")} WHEN number IS NOT NULL THEN ${bounds.length} END`;
  const found = await engine.query(`
    SELECT ${key} AS key, min(number) AS least, max(number) AS most FROM ${drawn} WHERE fitted AND text IS NOT NULL
    GROUP BY 1 ORDER BY 1`);
  const short = (value: number) => String(Number(value.toPrecision(6)));
  const names = [...found].map(({ key, least, most }) => {
    if (!numeric) return String(key);
    return least === most ? short(least) : `${short(least)} to ${short(most)}`;
  });
  const keys = [...found].map(({ key }) => key);
  await engine.query(`DROP TABLE IF EXISTS ${tableOf(dataset, "keys")}`);
  await engine.insert(
    tableOf(dataset, "keys"),
    tableFromArrays({
      key: numeric ? Float64Array.from(keys, Number) : keys.map(String),
      value: Int32Array.from(keys.keys()),
    }),
  );
  await engine.query(`
    CREATE OR REPLACE TABLE ${drawn} AS
    SELECT d.span, d.fitted, coalesce(k.value, CASE WHEN d.text IS NULL THEN ${keys.length} END)::INTEGER AS value
    FROM (SELECT *, ${key} AS key FROM ${drawn}) d LEFT JOIN ${tableOf(dataset, "keys")} k ON k.key = d.key`);
  await engine.query(`DROP TABLE ${tableOf(dataset, "keys")}`);
  return [...names, none];
}

/** The table `handed` (span, value): what is drawn, and what executions below have from above, unless they draw. */
async function handDown(dataset: Dataset, from: readonly number[]): Promise<void> {
  const { engine } = dataset;
  const t = (table: string) => tableOf(dataset, table);
  await engine.query(
    `CREATE OR REPLACE TABLE ${t("handed")} AS SELECT span, value FROM ${t("drawn")} WHERE value IS NOT NULL`,
  );
  await engine.query(`CREATE OR REPLACE TABLE ${t("above")} AS SELECT * FROM ${t("handed")}`);
  for (let level = 0; level < mostLevels; level++) {
    await engine.query(`
      CREATE OR REPLACE TABLE ${t("below")} AS
      SELECT e.span, a.value FROM ${t("executions")} e JOIN ${t("above")} a ON a.span = e.parent
      WHERE e.api NOT IN (${from.join(", ")})`);
    const { n } = (await engine.query(`SELECT count(*)::DOUBLE AS n FROM ${t("below")}`)).get(0)!;
    if (Number(n) === 0) break;
    await engine.query(`INSERT INTO ${t("handed")} SELECT * FROM ${t("below")}`);
    await engine.query(`CREATE OR REPLACE TABLE ${t("above")} AS SELECT * FROM ${t("below")}`);
  }
  for (const table of ["above", "below"]) await engine.query(`DROP TABLE IF EXISTS ${t(table)}`);
}

/** How often the executions of each API draw each value, and under its callers where that differs by more than chance. */
async function rowsOf(
  dataset: Dataset,
  from: readonly number[],
  values: readonly string[],
  conditioned: boolean,
  apiId: (api: number) => string,
): Promise<DimensionRow[]> {
  const t = (table: string) => tableOf(dataset, table);
  const rows = await dataset.engine.query(`
    SELECT e.api::INTEGER AS api, coalesce(e.caller, -1)::INTEGER AS caller, d.value, count(*)::DOUBLE AS n
    FROM ${t("drawn")} d JOIN ${t("executions")} e USING (span) WHERE d.fitted AND d.value IS NOT NULL
    GROUP BY ALL ORDER BY ALL`);
  const counts = new Map<number, Map<number, number[]>>();
  for (const { api, caller, value, n } of rows) {
    const callers = counts.get(api) ?? new Map<number, number[]>();
    counts.set(api, callers);
    const known = callers.get(caller) ?? values.map(() => 0);
    callers.set(caller, known);
    known[value] += n;
  }
  const row = (api: number, given: Record<string, string>, seen: readonly number[]): DimensionRow => {
    const n = sum(seen);
    const to = seen.flatMap((count, value) => (count > 0 ? [{ value: values[value]!, probability: count / n }] : []));
    return { api: apiId(api), given, n, to };
  };
  return from.flatMap((api) => {
    const callers = counts.get(api);
    if (callers === undefined) return [];
    const all = values.map((_, value) => sum([...callers.values()].map((seen) => seen[value]!)));
    const own = conditioned && callers.size > 1 ? [...callers].filter(([, seen]) => differs(seen, all)) : [];
    return [
      ...own.map(([caller, seen]) => row(api, { caller: caller < 0 ? entryCaller : apiId(caller) }, seen)),
      row(api, {}, all),
    ];
  });
}

/** Whether counts differ from others by more than chance: the likelihood ratio against its degrees of freedom. */
function differs(seen: readonly number[], all: readonly number[]): boolean {
  const [n, total] = [sum(seen), sum(all)];
  let gain = 0;
  for (const [value, count] of seen.entries())
    if (count > 0) gain += 2 * count * Math.log(count / n / (all[value]! / total));
  return n >= fewest && gain > leastGain + 2 * (all.filter((count) => count > 0).length - 1);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function shownPattern({ service = "*", name = "*" }: SpanPattern): string {
  return `${JSON.stringify(service)}: ${JSON.stringify(name)}`;
}
