import { amount } from "../fields.ts";
import { defineFilter } from "../operation.ts";

export const dropTime = defineFilter({
  type: "dropTime",
  summary: "leave out the traces that run within a window of time, such as that of a fault",
  fields: {
    from: amount("Start of the window, µs after the first span of the data set."),
    to: amount("End of the window, which it does not include."),
  },
  keep({ from, to }) {
    if (from >= to) throw new Error(`nothing lies between ${from} and ${to}`);
    return `(start >= ${to} OR start + duration <= ${from})`;
  },
});
