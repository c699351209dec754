import type { VariantTable } from "./causalTables.ts";

/**
 * Takes variants of an API for one where they draw alike, and so do all that they call: a caller on whom nothing depends
 * need not be told. Moore's partition refinement, from the variants' own tables; the first of each API stays the first.
 */
export function mergeVariants(apis: ReadonlyMap<string, VariantTable[]>): Map<string, VariantTable[]> {
  // The class of each variant, by its number among its API's.
  let classes = new Map([...apis].map(([id, variants]) => [id, partition(variants, ownTexts(variants))]));
  for (let before = 0, count = total(classes); count !== before; ) {
    before = count;
    const known = classes;
    classes = new Map(
      [...apis].map(([id, variants]) => {
        const own = known.get(id)!;
        return [id, partition(variants, (variant, number) => [own[number]!, ...calleeClasses(variant, known)].join())];
      }),
    );
    count = total(classes);
  }
  return new Map(
    [...apis].map(([id, variants]) => {
      const own = classes.get(id)!;
      const merged = variants.filter((_, number) => own.indexOf(own[number]!) === number);
      return [id, merged.map((variant, number) => withClasses(variant, own, number, variants))];
    }),
  );

  function withClasses(variant: VariantTable, own: number[], number: number, variants: VariantTable[]): VariantTable {
    const callers = variants.filter((_, each) => own[each] === number).flatMap((each) => each.callers);
    const states = variant.states.map((state) => ({
      ...state,
      calls: state.calls.map((call) => ({ ...call, variant: classes.get(call.edge.callee)![call.variant]! })),
    }));
    return { ...variant, callers, states };
  }
}

/** Numbers classes of equal keys in the order in which they occur. */
function partition(variants: readonly VariantTable[], key: (variant: VariantTable, number: number) => string) {
  if (variants.length === 1) return [0];
  const numbers = new Map<string, number>();
  return variants.map((variant, number) => {
    const text = key(variant, number);
    if (!numbers.has(text)) numbers.set(text, numbers.size);
    return numbers.get(text)!;
  });
}

function total(classes: ReadonlyMap<string, number[]>): number {
  let count = 0;
  for (const each of classes.values()) count += 1 + Math.max(...each);
  return count;
}

function calleeClasses({ states }: VariantTable, classes: ReadonlyMap<string, number[]>): number[] {
  return states.flatMap(({ calls }) => calls.map(({ edge, variant }) => classes.get(edge.callee)![variant]!));
}

/** Keys by which variants draw alike, those called aside: most differ in own times already, which are quick to compare. */
function ownTexts(variants: readonly VariantTable[]): (variant: VariantTable) => string {
  const quick = ({ ownTime }: VariantTable) => ownTime.rows.join();
  const counts = new Map<string, number>();
  for (const variant of variants) counts.set(quick(variant), (counts.get(quick(variant)) ?? 0) + 1);
  return (variant) => (counts.get(quick(variant)) === 1 ? quick(variant) : ownText(variant));
}

/** All that a variant draws by, but for which variants it calls. */
function ownText({ callers, states, ...own }: VariantTable): string {
  const plain = states.map(({ calls, ...state }) => [
    state,
    calls.map(({ edge, variant, carries, ...call }) => [edge.id, call]),
  ]);
  return JSON.stringify([own, plain]);
}
