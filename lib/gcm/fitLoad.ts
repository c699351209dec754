import { globPattern } from "../engine/globPattern.ts";
import { longestGap } from "../topology/readWorkload.ts";
import type { LoadLevel } from "../topology/topology.ts";
import { type Dataset, tableOf } from "../traces/dataset.ts";
import { countInLedger } from "../traces/ledger.ts";
import { labelGain } from "./labelGain.ts";
import { type NodeDecision, counted as words } from "./nodeDecision.ts";

/** The load at which the files that match a pattern were recorded, in any unit of a person's own. */
export interface GivenLoad {
  /** A file's path or name, with `*` for any text within a name. */
  file: string;
  load: number;
}

/** Arrivals before and after a trace's own that tell the rate at which it began. */
const window = 16;
/** Classes of measured loads that are tried, and how many different loads are told apart where they are given. */
const classCounts = [2, 4, 8];
const mostLevels = 16;

/** Levels of load, ascending, and what they bought; none where load tells nothing. */
export interface FittedLoad {
  levels: LoadLevel[];
  decision?: NodeDecision;
}

/** No load at all. */
export const noLoad: FittedLoad = { levels: [] };

/**
 * Finds the load at which each trace not held out ran: what was given for its file, or else the rate at which entry calls
 * arrived about its own (32 of them, none across a pause between recordings). Writes the table `loads` (trace, level):
 * each load that was given is a level, measured ones make classes of equal size. There are levels only where held-out own
 * times become more likely by twice the error of that comparison (see labelGain): of several numbers of classes the one
 * that gains most.
 * @param say told in a sentence what became of the node, where it is not what was asked for
 */
export async function fitLoad(
  dataset: Dataset,
  given: readonly GivenLoad[],
  say: (sentence: string) => void,
): Promise<FittedLoad> {
  if (given.length > 0) await writeGiven(dataset, given, say);
  else await writeMeasured(dataset);
  const { engine } = dataset;
  const [known, loads] = [tableOf(dataset, "known_loads"), tableOf(dataset, "loads")];
  const counted = await engine.query(
    `SELECT count(*)::DOUBLE AS n, count(DISTINCT load)::DOUBLE AS several FROM ${known}`,
  );
  const several = Number(counted.get(0)!.several);
  const tried = given.length > 0 && several <= mostLevels ? [several] : classCounts.filter((count) => count <= several);
  let best: { count: number; gain: number; error: number } | undefined;
  for (const count of tried) {
    await writeLevels(dataset, count, count === several);
    const { gain, error } = await labelGain(dataset, "loads", "level");
    if (gain > 2 * error && gain > (best ? best.gain + error : 0)) best = { count, gain, error };
  }
  await writeLevels(dataset, best?.count ?? 0, best?.count === several);
  const rows = await engine.query(`
    SELECT level, count(*)::DOUBLE AS n, min(k.load) AS least, max(k.load) AS most, quantile_disc(k.load, 0.5) AS median
    FROM ${loads} l JOIN ${known} k USING (trace) GROUP BY level ORDER BY level`);
  await engine.query(`DROP TABLE ${known}`);
  if (best === undefined) {
    if (several < 2) say("load: all traces ran at one load, so that nothing can depend on it: left out");
    else say(`load: own times do not depend on it as far as held-out traces can tell: left out`);
    const reason = several < 2 ? "all traces ran at one load" : undefined;
    return { levels: [], decision: { found: "", ...(reason ? { reason } : {}) } };
  }
  const total = [...rows].reduce((sum, { n }) => sum + n, 0);
  const short = (value: number) => Number(value.toPrecision(6));
  const levels = [...rows].map(({ n, least, most, median }) => ({
    id: String(short(median)),
    load: short(median),
    least: short(least),
    most: short(most),
    n,
    probability: n / total,
  }));
  const { gain, error } = best;
  return { levels, decision: { found: words(levels.length, "level"), gain, error } };
}

/** The table `known_loads` (trace, load) of loads given by file; traces of other files are noted in the ledger. */
async function writeGiven(
  dataset: Dataset,
  given: readonly GivenLoad[],
  say: (sentence: string) => void,
): Promise<void> {
  const { engine } = dataset;
  const t = (table: string) => tableOf(dataset, table);
  const files = [...(await engine.query(`SELECT file, path FROM ${t("files")} ORDER BY file`))].map(
    ({ file, path }) => ({ file: Number(file), path: String(path) }),
  );
  const matched = given.map(({ file, load }) => {
    const pattern = globPattern(file);
    const found = files.filter(({ path }) => pattern.test(path) || pattern.test(path.replace(/^.*\//su, "")));
    if (found.length === 0) {
      const read = files.map(({ path }) => path).join(", ");
      throw new Error(`load: no file matches ${JSON.stringify(file)}; there are ${read.slice(0, 200)}`);
    }
    return { load, files: new Set(found.map(({ file }) => file)) };
  });
  const values = files.map(({ file, path }) => {
    const loads = new Set(matched.filter((each) => each.files.has(file)).map(({ load }) => load));
    if (loads.size > 1) throw new Error(`load: ${path} is given the loads ${[...loads].join(" and ")}`);
    return `(${file}, ${[...loads][0] ?? "NULL"}::DOUBLE)`;
  });
  await engine.query(`
    CREATE OR REPLACE TABLE ${t("known_loads")} AS
    SELECT e.trace, min(g.load) AS load
    FROM ${t("executions")} e JOIN ${t("split")} s USING (trace) JOIN (VALUES ${values.join(", ")}) g(file, load) USING (file)
    WHERE NOT s.test AND e.parent IS NULL AND g.load IS NOT NULL GROUP BY e.trace`);
  const without = files.filter((_, index) => values[index]!.includes("NULL"));
  if (without.length === 0) return;
  const list = without.map(({ file }) => file).join(", ");
  await engine.query(`DELETE FROM ${t("ledger")} WHERE rule = 'load-unknown'`);
  await countInLedger(
    dataset,
    "load-unknown",
    "noted",
    `(SELECT file, "row" FROM ${t("spans")} WHERE file IN (${list}))`,
  );
  const names = without.slice(0, 3).map(({ path }) => path);
  const more = without.length > names.length ? ` and ${without.length - names.length} more` : "";
  say(`load: none is given for ${names.join(", ")}${more}: these traces count only in what holds for any load`);
}

/** The table `known_loads` (trace, load) of arrival rates, entry calls a second. */
async function writeMeasured(dataset: Dataset): Promise<void> {
  const t = (table: string) => tableOf(dataset, table);
  await dataset.engine.query(`
    CREATE OR REPLACE TABLE ${t("known_loads")} AS
    WITH entries AS (
      SELECT e.trace, e.start, round(1000 * (e.start - lag(e.start) OVER (ORDER BY e.start, e.span)))::BIGINT AS gap, e.span
      FROM ${t("executions")} e JOIN ${t("split")} s USING (trace)
      WHERE NOT s.test AND e.parent IS NULL AND NOT e.fragment),
    pause AS (SELECT ${longestGap} AS ns FROM entries),
    recorded AS (
      SELECT trace, start, span, sum(coalesce(gap > ns, false)::INTEGER) OVER (ORDER BY start, span ROWS UNBOUNDED PRECEDING) AS recording
      FROM entries, pause),
    framed AS (
      SELECT trace, count(*) OVER nearby AS n, max(start) OVER nearby - min(start) OVER nearby AS took FROM recorded
      WINDOW nearby AS (PARTITION BY recording ORDER BY start, span ROWS BETWEEN ${window} PRECEDING AND ${window} FOLLOWING))
    SELECT trace, min(1e6 * (n - 1) / took) AS load FROM framed WHERE n > ${window} AND took > 0 GROUP BY trace`);
}

/** The table `loads` (trace, level): each load a level, or `count` classes of equal size; nothing where count is 0. */
async function writeLevels(dataset: Dataset, count: number, each: boolean): Promise<void> {
  const { engine } = dataset;
  const [known, loads] = [tableOf(dataset, "known_loads"), tableOf(dataset, "loads")];
  const level = each
    ? "dense_rank() OVER (ORDER BY load)"
    : `1 + floor(${Math.max(1, count)} * (rank() OVER (ORDER BY load) - 1) / count(*) OVER ())`;
  await engine.query(`
    CREATE OR REPLACE TABLE ${loads} AS
    SELECT trace, (${level})::INTEGER AS level FROM ${known} ${count === 0 ? "WHERE false" : ""}`);
}
