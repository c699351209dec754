/** A row of a bench's table: one measure of ours, beside the same measure of a peer on the same input in the same run. */
export interface BenchRow {
  measure: string;
  unit: string;
  ours: number;
  /** What ours is held against, and its value in the same unit; null where nothing comparable exists. */
  peer: { name: string; value: number } | null;
}
