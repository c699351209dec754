import { literal } from "../engine/sql.ts";
import { hashBelow } from "../executions/splitTraces.ts";
import { type Dataset, tableOf } from "../traces/dataset.ts";
import { nonNegativeLeastSquares } from "./nonNegativeLeastSquares.ts";

/** Traces that the factors are fitted on, at most about. */
const mostTraces = 2000;
/** Executions of one walk that an edge's factor needs at least. */
const fewest = 10;
/** Share of an edge's executions with less than no own time from which on the caller does not wait for all of it. */
const notWaited = 0.05;

/** An edge's factor as the equation uses it, and as the fit found it. */
export interface FittedLambda {
  value: number;
  fitted: number;
}

/**
 * Fits each edge's λ in latency = own time + Σ over stages of max(λ · waited), by non-negative least squares of an
 * execution's duration on the time of its stages, each booked on the edge of its longest call. Both sides are taken
 * around their means over the executions of one walk, so that a walk's own time is no part of λ. A λ near 1 says that
 * the caller does wait for what the model says it waits for, and the equation uses 1: own time then is exactly what is
 * left. Only where that is less than nothing in more than 5 % of the edge's executions does it use a fitted λ below 1.
 * Rests on a bounded sample of the traces not held out, and on walks seen at least 10 times and more often than they
 * have varying edges.
 * @returns λ by edge number; edges that the sample cannot tell are absent
 */
export async function fitLambda(dataset: Dataset): Promise<Map<number, FittedLambda>> {
  const { engine } = dataset;
  const t = (table: string) => tableOf(dataset, table);
  const size = await engine.query(`SELECT count(*)::DOUBLE AS n FROM ${t("split")} WHERE NOT test`);
  const share = mostTraces / Math.max(1, Number(size.get(0)?.n));
  const terms = await engine.query(`
    SELECT e.api, e.walk, e.span::DOUBLE AS span, g.longest_edge AS edge, any_value(e.duration) AS duration, any_value(e.own) AS own,
      sum(round(g.longest * 1000)::BIGINT)::DOUBLE / 1000 AS took
    FROM ${t("executions")} e JOIN ${t("split")} s USING (trace) JOIN ${t("stages")} g ON g.parent = e.span
    WHERE NOT s.test AND s.sample < ${literal(hashBelow(share))} AND g.longest_edge IS NOT NULL
    GROUP BY e.api, e.walk, e.span, g.longest_edge ORDER BY e.api, e.walk, e.span, g.longest_edge`);

  const lambdas = new Map<number, FittedLambda>();
  let api = -1;
  let walk = -1;
  let rows: Execution[] = [];
  let normal = new NormalEquations();
  const closeWalk = () => {
    if (rows.length >= fewest) normal.add(rows);
    rows = [];
  };
  const closeApi = () => {
    closeWalk();
    for (const [edge, lambda] of normal.solve()) lambdas.set(edge, lambda);
    normal = new NormalEquations();
  };
  let span = -1;
  for (const term of terms) {
    if (term.api !== api) closeApi();
    else if (term.walk !== walk) closeWalk();
    if (term.span !== span) rows.push({ duration: term.duration, own: term.own, took: new Map() });
    rows[rows.length - 1].took.set(term.edge, term.took);
    ({ api, walk, span } = term);
  }
  closeApi();
  return lambdas;
}

interface Execution {
  duration: number;
  own: number;
  /** Time of the stages that each edge was the longest of, µs. */
  took: Map<number, number>;
}

/** XᵀX and Xᵀy of one API's executions, around the means of each walk. */
class NormalEquations {
  #gram = new Map<number, Map<number, number>>();
  #moments = new Map<number, number>();
  /** Executions of each edge, and those of them with a negative own time. */
  #seen = new Map<number, { all: number; negative: number }>();

  add(executions: readonly Execution[]) {
    const n = executions.length;
    const edges = [...new Set(executions.flatMap(({ took }) => [...took.keys()]))]
      .filter((edge) => executions.some(({ took }) => took.get(edge) !== executions[0].took.get(edge)))
      .sort((a, b) => a - b);
    const mean = executions.reduce((sum, { duration }) => sum + duration, 0) / n;
    const means = new Map(
      edges.map((edge) => [edge, executions.reduce((sum, { took }) => sum + (took.get(edge) ?? 0), 0) / n]),
    );
    for (const { duration, own, took } of executions) {
      for (const edge of took.keys()) {
        const seen = this.#seen.get(edge) ?? { all: 0, negative: 0 };
        this.#seen.set(edge, { all: seen.all + 1, negative: seen.negative + (own < 0 ? 1 : 0) });
      }
      if (n < edges.length + 2) continue;
      const centred = edges.map((edge) => (took.get(edge) ?? 0) - (means.get(edge) as number));
      edges.forEach((a, i) => {
        this.#moments.set(a, (this.#moments.get(a) ?? 0) + centred[i] * (duration - mean));
        const row = this.#gram.get(a) ?? new Map<number, number>();
        this.#gram.set(a, row);
        for (const [j, b] of edges.entries()) row.set(b, (row.get(b) ?? 0) + centred[i] * centred[j]);
      });
    }
  }

  /** Edges that no walk has in common are solved apart: a gateway may call thousands. */
  solve(): [number, FittedLambda][] {
    const solved: [number, FittedLambda][] = [];
    const left = new Set(this.#gram.keys());
    for (const first of left) {
      const edges = [first];
      left.delete(first);
      for (const edge of edges)
        for (const other of this.#gram.get(edge)!.keys()) if (left.delete(other)) edges.push(other);
      edges.sort((a, b) => a - b);
      const solution = nonNegativeLeastSquares(
        edges.map((a) => edges.map((b) => this.#gram.get(a)!.get(b) ?? 0)),
        edges.map((edge) => this.#moments.get(edge)!),
      );
      for (const [i, edge] of edges.entries()) {
        const fitted = solution[i];
        if (fitted === null) continue;
        const { all, negative } = this.#seen.get(edge)!;
        solved.push([edge, { fitted, value: negative > notWaited * all ? Math.min(1, fitted) : 1 }]);
      }
    }
    return solved;
  }
}
