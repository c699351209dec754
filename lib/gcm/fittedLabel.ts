import { type Dataset, tableOf } from "../traces/dataset.ts";

/** A label (see lib/simulate/labels.ts) while it is fitted: a table with the value's number for traces or executions. */
export interface FittedLabel {
  /** Id of the node, by which contexts name it. */
  id: string;
  /** The table, and its column with the number. */
  table: string;
  column: string;
  /** What the table has a row for: a `trace`, or an execution by its `span`. What it leaves out has no value. */
  by: "trace" | "span";
  /** Numbers of the APIs that draw it, for themselves and all that they call; a trace draws it where absent. */
  drawnBy?: readonly number[];
  /** The topology's name of a value. */
  nameOf(value: number): string;
}

/** SQL that joins the tables of labels to executions `e`, and the list of their columns. */
export function joinLabels(dataset: Dataset, labels: readonly FittedLabel[]): { joins: string; columns: string[] } {
  return {
    joins: labels
      .map(
        ({ table, by }, index) =>
          `LEFT JOIN ${tableOf(dataset, table)} label_${index} ON label_${index}.${by} = e.${by}`,
      )
      .join("\n"),
    columns: labels.map(({ column }, index) => `label_${index}.${column}`),
  };
}
