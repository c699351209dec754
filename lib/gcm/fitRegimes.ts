import { tableFromArrays } from "apache-arrow";
import { literal } from "../engine/sql.ts";
import { hashBelow } from "../executions/splitTraces.ts";
import type { GcmNode, RankTable } from "../topology/topology.ts";
import { type Dataset, tableOf } from "../traces/dataset.ts";
import type { FittedScenario } from "./fitScenarios.ts";
import type { FittedLabel } from "./fittedLabel.ts";
import { binCount, binEdges } from "./rankClasses.ts";
import { regimeDensities } from "./regimeDensities.ts";
import { type RegimeScores, regimesOf, type Tokens } from "./regimesOf.ts";

/** Traces, and executions in them, that regimes are found in at most about. */
const mostTraces = 4000;
const mostExecutions = 150_000;
/** Nodes that tell regimes apart: those with the most observations, and at least so many. */
const mostNodes = 96;
const fewest = 200;
/** What a node says of a trace counts as at most so many observations of it. */
const mostOfANode = 6;

/** Regimes of a recording, and what depends on them. */
export interface Regimes {
  /** Classes of the exogenous node `regime`, by the number of their entry API; none where there is but one regime. */
  classes: FittedScenario[];
  /** The regime as a label of traces: the table `regimes`. */
  label?: FittedLabel;
  /** Gives an `own_time` node of an API, or a `network` node of an edge, the densities of its rank under regimes. */
  bend(node: GcmNode, number: number): GcmNode;
}

/** One regime for all. */
export const noRegimes: Regimes = { classes: [], bend: (node) => node };

/**
 * Finds regimes: classes of traces within which the ranks of times are independent of each other, beside what callers and
 * factors make of them. A fault that makes one service slow, never two at once, makes such classes. They are found in a
 * bounded sample (see regimesOf); then each trace not held out has the one that it is most likely in, and densities of
 * ranks under regimes are counted in all traces (see regimeDensities). The columns `rank` and `network_rank` of the table
 * `fitted` (see rankTimes) become what is left of them once the regime is known.
 */
export async function fitRegimes(dataset: Dataset): Promise<Regimes> {
  const { engine } = dataset;
  const t = (table: string) => tableOf(dataset, table);
  await writeCells(dataset);
  const tokens = await readTokens(dataset);
  const scores = regimesOf(tokens);
  if (scores.length < 2) {
    await engine.query(`DROP TABLE ${t("cells")}`);
    return noRegimes;
  }
  await assign(dataset, tokens, scores);
  const densities = await countDensities(dataset, scores.length);
  await leaveRests(dataset, densities);
  const rows = await engine.query(`
    SELECT min(f.api)::INTEGER AS entry, r.regime::INTEGER AS regime, count(*)::DOUBLE AS n
    FROM ${t("fitted")} f JOIN ${t("regimes")} r USING (trace) WHERE f.parent IS NULL
    GROUP BY f.api, r.regime ORDER BY f.api, r.regime`);
  await engine.query(`DROP TABLE ${t("cells")}`);
  const sizes = [...rows].map(({ entry, regime, n }) => ({ entry: Number(entry), id: String(regime), n: Number(n) }));
  if (densities.size === 0) return noRegimes;
  const total = (entry: number) => sizes.reduce((sum, each) => sum + (each.entry === entry ? each.n : 0), 0);
  return {
    label: { id: "regime", table: "regimes", column: "regime", by: "trace", nameOf: String },
    classes: sizes.map((each) => ({ ...each, probability: each.n / total(each.entry) })),
    bend(node, number) {
      const found = densities.get(codeOf(node.kind, number));
      return found === undefined ? node : { ...node, parents: [...node.parents, "regime"], regimeRanks: found };
    },
  };
}

/** Number of a node among the own times (even) and network times (odd). */
function codeOf(kind: string, number: number): number {
  return 2 * number + (kind === "own_time" ? 0 : 1);
}

/** The table `cells` (trace, node, bin, n): how often the ranks of a node's times are in each bin. */
async function writeCells(dataset: Dataset): Promise<void> {
  const t = (table: string) => tableOf(dataset, table);
  const bins = binEdges
    .slice(1, -1)
    .map((edge, index) => `WHEN rank < ${edge} THEN ${index}`)
    .join(" ");
  await dataset.engine.query(`
    CREATE OR REPLACE TABLE ${t("cells")} AS
    SELECT trace, node, CASE ${bins} ELSE ${binCount - 1} END::INTEGER AS bin, count(*) AS n FROM (
      SELECT trace, (2 * api)::INTEGER AS node, rank FROM ${t("fitted")} WHERE rank IS NOT NULL
      UNION ALL
      SELECT trace, (2 * edge + 1)::INTEGER, network_rank FROM ${t("fitted")} WHERE network_rank IS NOT NULL) ranked
    GROUP BY ALL`);
}

/** What a sample of the traces says, in the order in which they began. */
async function readTokens(dataset: Dataset): Promise<Tokens & { nodes: number[] }> {
  const { engine } = dataset;
  const t = (table: string) => tableOf(dataset, table);
  const told = await engine.query(`
    SELECT node, sum(n)::DOUBLE AS total FROM ${t("cells")} GROUP BY node HAVING sum(n) >= ${fewest}
    ORDER BY total DESC, node LIMIT ${mostNodes}`);
  const nodes = [...told].map(({ node }) => Number(node));
  const tokens = {
    nodes,
    categories: nodes.length * binCount,
    first: [0],
    fold: [],
    category: [],
    weight: [],
  } as Tokens & {
    nodes: number[];
  };
  if (nodes.length === 0) return tokens;
  const size = await engine.query(`
    SELECT count(DISTINCT trace)::DOUBLE AS traces, count(*)::DOUBLE AS executions FROM ${t("fitted")}`);
  const { traces, executions } = size.get(0) as unknown as { traces: number; executions: number };
  const share = Math.min(mostTraces / Math.max(1, traces), mostExecutions / Math.max(1, executions));
  const rows = await engine.query(`
    SELECT trace, fold::INTEGER AS fold, node, bin, n::DOUBLE AS n, (sum(n) OVER (PARTITION BY trace, node))::DOUBLE AS total
    FROM ${t("cells")} JOIN ${t("split")} s USING (trace)
    WHERE node IN (${nodes.join(", ")}) AND s.sample < ${literal(hashBelow(share))} ORDER BY trace, node, bin`);
  const place = new Map(nodes.map((node, index) => [node, index]));
  const column = (name: string) => rows.getChild(name)?.toArray() as ArrayLike<number>;
  const [trace, fold, node, bin, n, total] = ["trace", "fold", "node", "bin", "n", "total"].map(column) as [
    ArrayLike<number>,
    ArrayLike<number>,
    ArrayLike<number>,
    ArrayLike<number>,
    ArrayLike<number>,
    ArrayLike<number>,
  ];
  for (let row = 0; row < rows.numRows; row++) {
    if (row === 0 || trace[row] !== trace[row - 1]) {
      if (row > 0) tokens.first.push(row);
      tokens.fold.push(fold[row]!);
    }
    tokens.category.push(place.get(node[row]!)! * binCount + bin[row]!);
    tokens.weight.push(n[row]! * Math.min(1, mostOfANode / total[row]!));
  }
  if (rows.numRows > 0) tokens.first.push(rows.numRows);
  return tokens;
}

/** The table `regimes` (trace, regime): for every trace the regime, from 1, that it is most likely in. */
async function assign(
  dataset: Dataset,
  { nodes }: { nodes: readonly number[] },
  scores: readonly RegimeScores[],
): Promise<void> {
  const { engine } = dataset;
  const t = (table: string) => tableOf(dataset, table);
  // Whole thousandths, so that sums do not depend on their order.
  const thousandths = (value: number) => Math.round(1000 * value);
  const columns = scores.map((_, regime) => `s${regime + 1}`);
  await engine.query(`
    CREATE OR REPLACE TABLE ${t("regime_scores")} (node INTEGER, bin INTEGER, ${columns.map((each) => `${each} INTEGER`).join(", ")})`);
  await engine.insert(
    t("regime_scores"),
    tableFromArrays({
      node: Int32Array.from({ length: nodes.length * binCount }, (_, at) => nodes[Math.floor(at / binCount)]!),
      bin: Int32Array.from({ length: nodes.length * binCount }, (_, at) => at % binCount),
      ...Object.fromEntries(columns.map((each, regime) => [each, Int32Array.from(scores[regime]!.logs, thousandths)])),
    }),
  );
  const sums = columns.map(
    (each, regime) =>
      `coalesce(sum(w.weight * s.${each}), 0) + ${1000 * thousandths(scores[regime]!.logShare)} AS ${each}`,
  );
  await engine.query(`
    CREATE OR REPLACE TABLE ${t("regimes")} AS
    WITH weighed AS (
      SELECT trace, node, bin,
        round(1000.0 * n * least(1, ${mostOfANode}.0 / sum(n) OVER (PARTITION BY trace, node)))::BIGINT AS weight
      FROM ${t("cells")} WHERE node IN (${nodes.join(", ")})),
    summed AS (
      SELECT f.trace, ${sums.join(", ")}
      FROM (SELECT DISTINCT trace FROM ${t("fitted")}) f LEFT JOIN weighed w ON w.trace = f.trace
        LEFT JOIN ${t("regime_scores")} s ON s.node = w.node AND s.bin = w.bin
      GROUP BY f.trace)
    SELECT trace, (CASE greatest(${columns.join(", ")}) ${columns.map((each, regime) => `WHEN ${each} THEN ${regime + 1}`).join(" ")} END)::INTEGER AS regime
    FROM summed`);
  await engine.query(`DROP TABLE ${t("regime_scores")}`);
}

/** Densities of each node's rank under the regimes that it depends on. */
async function countDensities(dataset: Dataset, count: number): Promise<Map<number, RankTable[]>> {
  const t = (table: string) => tableOf(dataset, table);
  const rows = await dataset.engine.query(`
    SELECT c.node, r.regime, c.bin, sum(c.n)::DOUBLE AS n FROM ${t("cells")} c JOIN ${t("regimes")} r USING (trace)
    GROUP BY c.node, r.regime, c.bin ORDER BY c.node, r.regime, c.bin`);
  const tables = new Map<number, number[][]>();
  for (const { node, regime, bin, n } of rows) {
    const table = tables.get(node) ?? Array.from({ length: count }, () => Array<number>(binCount).fill(0));
    tables.set(node, table);
    table[Number(regime) - 1]![Number(bin)] = n;
  }
  const found = new Map<number, RankTable[]>();
  for (const [node, table] of tables) {
    const densities = regimeDensities(table);
    if (densities.length > 0) found.set(node, densities);
  }
  return found;
}

/** Makes the ranks of the table `fitted` their probabilities under their regimes. */
async function leaveRests(dataset: Dataset, densities: ReadonlyMap<number, readonly RankTable[]>): Promise<void> {
  if (densities.size === 0) return;
  const { engine } = dataset;
  const t = (table: string) => tableOf(dataset, table);
  const columns = { node: [] as number[], regime: [] as number[], bin: [] as number[] };
  const [below, weight]: [number[], number[]] = [[], []];
  for (const [node, rows] of densities)
    for (const { given, weights } of rows) {
      let sum = 0;
      for (const [bin, each] of weights.entries()) {
        columns.node.push(node);
        // The row of all other regimes has number 0.
        columns.regime.push(Number(given.regime ?? 0));
        columns.bin.push(bin);
        below.push(sum);
        weight.push(each);
        sum += each;
      }
    }
  await engine.query(`DROP TABLE IF EXISTS ${t("regime_bins")}`);
  await engine.insert(
    t("regime_bins"),
    tableFromArrays({
      ...Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, Int32Array.from(values)])),
      below: Float64Array.from(below),
      weight: Float64Array.from(weight),
      edge: Float64Array.from(columns.bin, (bin) => binEdges[bin]!),
      width: Float64Array.from(columns.bin, (bin) => binEdges[bin + 1]! - binEdges[bin]!),
    }),
  );
  const own = [...densities].flatMap(([node, rows]) => rows.map(({ given }) => `(${node}, ${given.regime ?? 0})`));
  const bin = (rank: string) =>
    `CASE ${binEdges
      .slice(1, -1)
      .map((edge, index) => `WHEN f.${rank} < ${edge} THEN ${index}`)
      .join(" ")} ELSE ${binCount - 1} END`;
  const side = (name: string, node: string, rank: string) => `
    LEFT JOIN known ${name} ON ${name}.node = ${node} AND ${name}.trace_regime = r.regime
    LEFT JOIN ${t("regime_bins")} ${name}_bin ON ${name}_bin.node = ${name}.node AND ${name}_bin.regime = ${name}.regime AND ${name}_bin.bin = ${bin(rank)}`;
  const rest = (name: string, rank: string) =>
    `coalesce(${name}_bin.below + ${name}_bin.weight * (f.${rank} - ${name}_bin.edge) / ${name}_bin.width, f.${rank}) AS ${rank}`;
  const { schema } = await engine.query(`SELECT * FROM ${t("fitted")} LIMIT 0`);
  const others = schema.fields.map(({ name }) => name).filter((name) => name !== "rank" && name !== "network_rank");
  await engine.query(`
    CREATE OR REPLACE TABLE ${t("fitted")} AS
    WITH own AS (SELECT node, regime FROM (VALUES ${own.join(", ")}) v(node, regime)),
    known AS (
      SELECT n.node, r.regime AS trace_regime, coalesce(o.regime, 0) AS regime
      FROM (SELECT DISTINCT node FROM own) n CROSS JOIN (SELECT DISTINCT regime FROM ${t("regimes")}) r
        LEFT JOIN own o ON o.node = n.node AND o.regime = r.regime)
    SELECT ${others.map((name) => `f.${name}`).join(", ")}, ${rest("o", "rank")}, ${rest("n", "network_rank")}
    FROM ${t("fitted")} f JOIN ${t("regimes")} r USING (trace)
      ${side("o", "2 * f.api", "rank")} ${side("n", "2 * f.edge + 1", "network_rank")}`);
  await engine.query(`DROP TABLE ${t("regime_bins")}`);
}
