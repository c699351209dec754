import { type Field, shown, text } from "./fields.ts";

/** Names that contexts and nodes have already. */
const taken = /^(caller|chain|path|scenario|regime|load|latency|own_time|f\d+)$/;

/** The name of a dimension, by which contexts and baggage know it. */
export function dimensionName(help: string): Field<string> {
  const name = text(help);
  return {
    ...name,
    schema: { ...name.schema, pattern: "^[A-Za-z][A-Za-z0-9_-]{0,63}$" },
    check(value, place) {
      const found = name.check(value, place);
      if (!/^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(found))
        throw new Error(
          `${place}: ${shown(found)} is not a name of letters, digits, - and _ that begins with a letter`,
        );
      if (taken.test(found)) throw new Error(`${place}: ${shown(found)} is the name of another node`);
      return found;
    },
  };
}
