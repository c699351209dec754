/** A page's sign of life to the worker that watches it. */
export interface Sign {
  /** For how many seconds nothing may follow while the page is in sight; 0 where it is not to be watched. */
  patience: number;
  /** The path of the page with what follows it in its address, which may have changed since it was opened. */
  path: string;
}
