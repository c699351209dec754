import { tableFromArrays } from "apache-arrow";
import { literal } from "../engine/sql.ts";
import { hashBelow } from "../executions/splitTraces.ts";
import { callKey, parseWalk } from "../pfa/walk.ts";
import type { ScenarioClass } from "../topology/topology.ts";
import { type Dataset, tableOf } from "../traces/dataset.ts";
import { type FittedClasses, type LatentClass, latentClasses, type Observations } from "./latentClasses.ts";
import { counted, type NodeDecision } from "./nodeDecision.ts";

/** Traces, and executions in them, that classes are found in at most about, for each kind of traces. */
const mostTraces = 1500;
const mostExecutions = 75_000;
/** Bins of ranks of own time, of equal probability. */
const bins = 8;
/** A variable needs as many executions; what an execution calls is told apart where it has this share of them. */
const fewest = 50;
const leastShare = 0.01;

/** A class of traces as the topology names it, with its number in the table `scenarios`. */
export interface FittedScenario extends Omit<ScenarioClass, "entry"> {
  /** Number of the entry API. */
  entry: number;
}

/** The classes of all entry APIs that have several, and what they bought. */
export interface FittedScenarios {
  scenarios: FittedScenario[];
  decision?: NodeDecision;
}

/** No classes at all. */
export const noScenarios: FittedScenarios = { scenarios: [] };

/** What observations are of: the calls that executions make, or their own times given those. */
const variables = ["callees", "own time"] as const;

/** A kind of traces, as far as they are told apart. */
interface Kind {
  number: number;
  entry: number;
  n: number;
}

/**
 * Finds what kinds of traces enter at each API: classes within which what the executions call is independent of each
 * other, and among those, classes within which own times are. Which of several services is the last and does the rest,
 * or a cache that has what a request asks for, makes such classes. Calls come first: a few classes tell them apart,
 * which own times, of which there are more, would drown. Writes the table `scenarios` (trace, scenario), a row for each
 * trace not held out whose entry API has several classes.
 * @param levels whether the table `loads` has the level that each trace ran at: own times are then ranked among those of
 * the same level. A class that stood for a load would be drawn at every load.
 */
export async function fitScenarios(dataset: Dataset, levels = false): Promise<FittedScenarios> {
  const { engine } = dataset;
  const t = (table: string) => tableOf(dataset, table);
  await writeObservations(dataset, levels);
  const entries = await engine.query(`
    SELECT kind AS number, kind AS entry, count(*)::DOUBLE AS n FROM ${t("kinds")} GROUP BY kind ORDER BY kind`);
  let kinds: Kind[] = [...entries].map(({ number, entry, n }) => ({ number, entry, n }));
  const traces = kinds.reduce((sum, { n }) => sum + n, 0);
  // What is gained within a kind of traces counts as often as the kind does; errors are those of separate samples.
  let [gain, squares, compared] = [0, 0, false];
  const bought = ({ n }: Kind, found: FittedClasses) => {
    compared ||= found.gain !== undefined;
    if (found.classes.length < 2) return;
    gain += (n / traces) * found.gain!;
    squares += ((n / traces) * found.error!) ** 2;
  };
  for (const variable of variables.keys()) kinds = await divide(dataset, kinds, variable, bought);
  const totals = new Map<number, { kinds: number; n: number }>();
  for (const { entry, n } of kinds) {
    const known = totals.get(entry) ?? { kinds: 0, n: 0 };
    totals.set(entry, { kinds: known.kinds + 1, n: known.n + n });
  }
  const several = kinds.filter(({ entry }) => totals.get(entry)!.kinds > 1);
  const rows = several.map(({ number }, index) => `(${number}, ${index + 1})`);
  await engine.query(`
    CREATE OR REPLACE TABLE ${t("scenarios")} AS
    SELECT k.trace, s.scenario::INTEGER AS scenario
    FROM ${t("kinds")} k JOIN (VALUES ${rows.length > 0 ? rows.join(", ") : "(-1, 0)"}) s(kind, scenario) USING (kind)`);
  for (const table of ["observations", "kinds"]) await engine.query(`DROP TABLE ${t(table)}`);
  const scenarios = several.map(({ entry, n }, index) => {
    return { id: String(index + 1), entry, n, probability: n / totals.get(entry)!.n };
  });
  const reason = `${counted(traces, "trace")} of one kind after the other, or what varies in them, are too few to tell`;
  const found = scenarios.length === 0 ? "" : counted(scenarios.length, "class of traces", "classes of traces");
  const figures = scenarios.length === 0 ? {} : { gain, error: Math.sqrt(squares) };
  return { scenarios, decision: { found, ...(compared ? figures : { reason }) } };
}

/** Divides kinds of traces by what variables of one sort say; the table `kinds` (trace, kind) follows. */
async function divide(
  dataset: Dataset,
  kinds: readonly Kind[],
  sort: number,
  bought: (kind: Kind, found: FittedClasses) => void,
): Promise<Kind[]> {
  const { engine } = dataset;
  const t = (table: string) => tableOf(dataset, table);
  const size = await engine.query(`
    SELECT kind, count(DISTINCT trace)::DOUBLE AS traces, sum(n)::DOUBLE AS executions
    FROM ${t("observations")} JOIN ${t("kinds")} USING (trace) WHERE variable % ${variables.length} = ${sort}
    GROUP BY kind ORDER BY kind`);
  const sizes = new Map([...size].map((row) => [Number(row.kind), row]));
  const divided: Kind[] = [];
  const undivided: string[] = [];
  await engine.query(`CREATE OR REPLACE TABLE ${t("divided")} (trace BIGINT, kind INTEGER)`);
  const next = (entry: number, n: number) => divided.push({ number: divided.length, entry, n });
  for (const kind of kinds) {
    const known = sizes.get(kind.number);
    const share = known ? Math.min(mostTraces / known.traces, mostExecutions / known.executions) : 0;
    const sample = known && (await readObservations(dataset, kind.number, sort, share));
    const fitted: FittedClasses = sample ? latentClasses(sample.observations) : { classes: [] };
    bought(kind, fitted);
    const { classes } = fitted;
    const first = divided.length;
    if (sample === undefined || classes.length < 2) {
      next(kind.entry, kind.n);
      undivided.push(`(${kind.number}, ${first})`);
      continue;
    }
    const counts = await assign(dataset, kind.number, first, classes, sample.categories);
    for (const index of classes.keys()) next(kind.entry, counts.get(first + index) ?? 0);
  }
  if (undivided.length > 0)
    await engine.query(`
      INSERT INTO ${t("divided")}
      SELECT k.trace, u.number FROM ${t("kinds")} k JOIN (VALUES ${undivided.join(", ")}) u(kind, number) USING (kind)`);
  await engine.query(`CREATE OR REPLACE TABLE ${t("kinds")} AS SELECT trace, kind FROM ${t("divided")}`);
  await engine.query(`DROP TABLE ${t("divided")}`);
  return divided.filter(({ n }) => n > 0);
}

/**
 * The table `observations`: for each trace not held out, how many executions have a value of a variable. An API has
 * two: the calls that its executions make (even numbers), and the bin of their own time's rank among those that make
 * the same calls (odd). The table `kinds` (trace, kind): the number of each trace's entry API.
 */
async function writeObservations(dataset: Dataset, levels: boolean): Promise<void> {
  const { engine } = dataset;
  const t = (table: string) => tableOf(dataset, table);
  const walks = await engine.query(`SELECT walk::INTEGER AS walk, walk_text FROM ${t("walks")} ORDER BY walk`);
  const numbers = new Map<string, number>();
  const [walkColumn, calleesColumn]: [number[], number[]] = [[], []];
  for (const { walk, walk_text } of walks) {
    const counts = new Map<string, number>();
    for (const { calls, repeats } of parseWalk(walk_text ?? ""))
      for (const call of calls) counts.set(callKey(call), (counts.get(callKey(call)) ?? 0) + call.count * repeats);
    const callees = JSON.stringify([...counts].sort());
    const number = numbers.get(callees) ?? numbers.size;
    numbers.set(callees, number);
    walkColumn.push(walk);
    calleesColumn.push(number);
  }
  await engine.query(`DROP TABLE IF EXISTS ${t("callees")}`);
  await engine.insert(
    t("callees"),
    tableFromArrays({ walk: Int32Array.from(walkColumn), callees: Int32Array.from(calleesColumn) }),
  );
  // Sorted once for all three.
  const within = "OVER (PARTITION BY api, callees, level ORDER BY own)";
  const alike =
    "count(*) OVER (PARTITION BY api, callees, level ORDER BY own ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)";
  await engine.query(`
    CREATE OR REPLACE TABLE ${t("observations")} AS
    WITH known AS (
      SELECT e.trace, e.api, c.callees, greatest(0, e.own) AS own, ${levels ? "l.level" : "0"} AS level
      FROM ${t("executions")} e JOIN ${t("split")} s USING (trace) JOIN ${t("callees")} c USING (walk)
        ${levels ? `LEFT JOIN ${t("loads")} l USING (trace)` : ""} WHERE NOT s.test),
    sizes AS (SELECT api, count(*) AS n FROM known GROUP BY api),
    same AS (SELECT api, callees, count(*) AS same FROM known GROUP BY api, callees),
    ranked AS (
      SELECT trace, api, callees, ${alike} AS alike,
        least(${bins - 1}, floor(${bins} * (rank() ${within} + count(*) ${within} - 1) / (2.0 * ${alike})))::INTEGER AS bin
      FROM known),
    valued AS (
      SELECT trace, api * 2 AS variable, CASE WHEN same >= ${leastShare} * n THEN callees ELSE -1 END AS value
      FROM ranked JOIN sizes USING (api) JOIN same USING (api, callees) WHERE n >= ${fewest}
      UNION ALL SELECT trace, api * 2 + 1, bin FROM ranked WHERE alike >= ${fewest}),
    varying AS (SELECT variable FROM valued GROUP BY variable HAVING min(value) < max(value))
    SELECT trace, variable::INTEGER AS variable, value::INTEGER AS value, count(*) AS n
    FROM valued JOIN varying USING (variable) GROUP BY ALL`);
  await engine.query(`
    CREATE OR REPLACE TABLE ${t("kinds")} AS
    SELECT e.trace, min(e.api)::INTEGER AS kind FROM ${t("executions")} e JOIN ${t("split")} s USING (trace)
    WHERE NOT s.test AND e.parent IS NULL GROUP BY e.trace`);
  await engine.query(`DROP TABLE ${t("callees")}`);
}

/** Observations of one sort in a sample of the traces of a kind, and the categories by variable and value. */
async function readObservations(dataset: Dataset, kind: number, sort: number, share: number) {
  const t = (table: string) => tableOf(dataset, table);
  const rows = await dataset.engine.query(`
    SELECT trace, fold::INTEGER AS fold, variable, value, n::DOUBLE / sum(n) OVER (PARTITION BY trace, variable) AS weight
    FROM ${t("observations")} JOIN ${t("kinds")} USING (trace) JOIN ${t("split")} s USING (trace)
    WHERE kind = ${kind} AND variable % ${variables.length} = ${sort} AND s.sample < ${literal(hashBelow(share))}
    ORDER BY trace, variable, value`);
  const observations: Observations = { first: [], fold: [], category: [], weight: [], variable: [] };
  const categories = new Map<string, number>();
  let last: unknown;
  for (const { trace, fold, variable, value, weight } of rows) {
    if (trace !== last) {
      observations.first.push(observations.category.length);
      observations.fold.push(fold);
      last = trace;
    }
    const key = `${variable}, ${value}`;
    let category = categories.get(key);
    if (category === undefined) {
      category = observations.variable.push(variable) - 1;
      categories.set(key, category);
    }
    observations.category.push(category);
    observations.weight.push(weight);
  }
  observations.first.push(observations.category.length);
  return { observations, categories };
}

/** Gives every trace of a kind the class that it is most likely in, from `first` on; returns the traces of each. */
async function assign(
  dataset: Dataset,
  kind: number,
  first: number,
  classes: readonly LatentClass[],
  categories: ReadonlyMap<string, number>,
): Promise<Map<number, number>> {
  const { engine } = dataset;
  const t = (table: string) => tableOf(dataset, table);
  // Whole thousandths, so that sums do not depend on their order.
  const rounded = (value: number) => Math.round(1000 * value);
  const weights = [...categories].flatMap(([key, category]) =>
    classes.map(({ logs }, index) => `(${key}, ${first + index}, ${rounded(logs[category]!)})`),
  );
  const shares = classes.map(({ share }, index) => `(${first + index}, ${rounded(Math.log(share))})`);
  await engine.query(`
    INSERT INTO ${t("divided")}
    WITH voiced AS (
      SELECT o.trace, o.variable, w.class, round(sum(o.n * w.score)::DOUBLE / sum(o.n))::BIGINT AS score
      FROM ${t("observations")} o JOIN ${t("kinds")} k USING (trace)
        JOIN (VALUES ${weights.join(", ")}) w(variable, value, class, score)
          ON w.variable = o.variable AND w.value = o.value
      WHERE k.kind = ${kind} GROUP BY o.trace, o.variable, w.class),
    summed AS (SELECT trace, class, sum(score) AS score FROM voiced GROUP BY trace, class),
    scored AS (
      SELECT k.trace, p.class, p.score + coalesce(s.score, 0) AS score
      FROM ${t("kinds")} k CROSS JOIN (VALUES ${shares.join(", ")}) p(class, score)
        LEFT JOIN summed s ON s.trace = k.trace AND s.class = p.class
      WHERE k.kind = ${kind})
    SELECT trace, class FROM (
      SELECT trace, class, row_number() OVER (PARTITION BY trace ORDER BY score DESC, class) AS place FROM scored)
    WHERE place = 1`);
  const counts = await engine.query(`
    SELECT kind, count(*)::DOUBLE AS n FROM ${t("divided")} WHERE kind >= ${first} GROUP BY kind`);
  return new Map([...counts].map((row) => [Number(row.kind), Number(row.n)]));
}
