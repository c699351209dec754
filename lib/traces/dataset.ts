import type { Engine } from "../engine/engine.ts";
import { identifier } from "../engine/sql.ts";

/**
 * One data set in an engine: its tables live in a schema of their own, so that several data sets share an engine.
 * The steps of the pipeline add tables to it: `spans`, `ledger` (read), `calls`, `apis`, `edges` (resolve),
 * `executions`, `walks` (segment).
 */
export interface Dataset {
  engine: Engine;
  schema: string;
}

/** The qualified, quoted name of a data set's table. */
export function tableOf(dataset: Dataset, table: string): string {
  return `${identifier(dataset.schema)}.${identifier(table)}`;
}
