import { literal } from "../engine/sql.ts";
import { hashBelow } from "../executions/splitTraces.ts";
import { type Dataset, tableOf } from "../traces/dataset.ts";
import type { ParentClass } from "./fitParentClass.ts";
import { normalQuantile } from "./normal.ts";
import { probabilityOfRank } from "./rankClasses.ts";

/** Traces, and executions in them, that scores are read from at most about. */
const mostTraces = 1500;
const mostExecutions = 75_000;

/** A quantity whose ranks may depend on each other: an API's own time, or an edge's network time. */
export interface ScoredNode {
  kind: "own_time" | "network";
  /** Number of the API or the edge. */
  number: number;
}

/** Normal scores of own and network times: a row for each node that a trace has, rows of a trace together. */
export interface NormalScores {
  nodes: ScoredNode[];
  /** Rows of trace i are those from first[i] to first[i + 1]. */
  first: number[];
  /** Fold of cross-validation of each trace, 0 or 1. */
  fold: number[];
  /** Index of each row's node. */
  node: number[];
  /** How many observations of the node the trace has, the sum of their scores, and of the scores' squares. */
  count: number[];
  sum: number[];
  squares: number[];
}

/**
 * Reads normal scores Φ⁻¹(rank) of a bounded sample of the traces not held out, from the ranks of the table `fitted` (see
 * rankTimes and fitRegimes); where the class of the caller's rank says something about a rank, its probability under that
 * class takes its place: what is left in common between scores of a trace is dependence.
 */
export async function readNormalScores(dataset: Dataset, classes: ParentClass = new Map()): Promise<NormalScores> {
  const { engine } = dataset;
  const t = (table: string) => tableOf(dataset, table);
  const size = await engine.query(`
    SELECT count(DISTINCT trace)::DOUBLE AS traces, count(*)::DOUBLE AS executions FROM ${t("fitted")}`);
  const { traces, executions } = size.get(0) as unknown as { traces: number; executions: number };
  const share = Math.min(mostTraces / Math.max(1, traces), mostExecutions / Math.max(1, executions));
  const rows = await engine.query(`
    WITH sample AS (
      SELECT f.*, s.fold FROM ${t("fitted")} f JOIN ${t("split")} s USING (trace)
      WHERE s.sample < ${literal(hashBelow(share))})
    SELECT trace, fold, node, caller::INTEGER AS caller, class::INTEGER AS class, level::DOUBLE AS level FROM (
      SELECT trace, span, fold, api * 2 AS node, caller, coalesce(caller_class, -1) AS class, rank AS level FROM sample
      WHERE rank IS NOT NULL
      UNION ALL
      SELECT trace, span, fold, edge * 2 + 1, 0, -1, network_rank FROM sample WHERE network_rank IS NOT NULL) ranked
    ORDER BY trace, node, span`);

  const scores: NormalScores = { nodes: [], first: [], fold: [], node: [], count: [], sum: [], squares: [] };
  const column = (name: string) => rows.getChild(name)?.toArray() as ArrayLike<number>;
  const [trace, fold, node, level, caller, parentClass] = ["trace", "fold", "node", "level", "caller", "class"].map(
    column,
  );
  const given = new Map<string, readonly number[]>();
  for (const [api, callers] of classes)
    for (const [each, tables] of callers)
      for (const { given: context, weights } of tables)
        given.set(`${api * 2} ${each} ${context["caller.rank"]}`, weights);
  const indexes = new Map<number, number>();
  for (let row = 0; row < rows.numRows; row++) {
    const newTrace = row === 0 || trace[row] !== trace[row - 1];
    if (newTrace) {
      scores.first.push(scores.node.length);
      scores.fold.push(fold[row]);
    }
    if (newTrace || node[row] !== node[row - 1]) {
      const index = indexes.get(node[row]) ?? scores.nodes.length;
      if (index === scores.nodes.length) scores.nodes.push(nodeOf(node[row]));
      indexes.set(node[row], index);
      scores.node.push(index);
      scores.count.push(0);
      scores.sum.push(0);
      scores.squares.push(0);
    }
    const weights = given.get(`${node[row]} ${caller[row]} ${parentClass[row]}`);
    const rank = weights ? probabilityOfRank(weights, level[row]) : level[row];
    const score = normalQuantile(Math.min(1 - 1e-6, Math.max(1e-6, rank)));
    const last = scores.node.length - 1;
    scores.count[last] += 1;
    scores.sum[last] += score;
    scores.squares[last] += score * score;
  }
  scores.first.push(scores.node.length);
  return scores;
}

function nodeOf(code: number): ScoredNode {
  return { kind: code % 2 === 0 ? "own_time" : "network", number: Math.floor(code / 2) };
}
