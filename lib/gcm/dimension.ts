/** Services and operations whose spans are meant, as patterns with `*` for any text; any where absent. */
export interface SpanPattern {
  service?: string;
  name?: string;
}

/** A column of the traces that a person makes a node of, by the intervention `addDimension`. */
export interface Dimension {
  /** Id of the node. */
  name: string;
  /** Column of the span table (`request_bytes`, …), column of a file, or attribute (tag) of a span. */
  column: string;
  /** Whose executions have a value of their own: what they call has it from them. Whichever record one, where absent. */
  from?: SpanPattern;
  /** Whose paths, own times and network times depend on it. */
  to: readonly SpanPattern[];
  /** Classes that numbers of more different values are divided into. */
  classes: number;
  /** For error messages, such as `interventions[2]: addDimension`. */
  place: string;
}
