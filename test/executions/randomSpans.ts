import fc from "fast-check";
import type { SpanKind } from "../../lib/traces/spans.ts";
import type { SpanLiteral } from "./insertSpans.ts";

const kinds: (SpanKind | undefined)[] = ["server", "client", "internal", "producer", "consumer", undefined];

export interface RandomSpanOptions {
  /** Times are whole multiples of this, µs. */
  tick: number;
  /** Also duplicates, missing parents, cycles, and children that lie anywhere. */
  garbage?: boolean;
}

/** Spans of a few traces over few APIs: calls one after another, at once, asynchronous, and in client-server pairs. */
export function randomSpans({ tick, garbage = false }: RandomSpanOptions): fc.Arbitrary<SpanLiteral[]> {
  const node = fc.record({
    parent: fc.nat(1000),
    service: fc.nat(2),
    operation: fc.nat(1),
    kind: fc.constantFrom(...kinds),
    paired: fc.boolean(),
    from: fc.integer({ min: garbage ? -60 : 0, max: garbage ? 160 : 90 }),
    share: fc.integer({ min: 0, max: garbage ? 150 : 60 }),
    late: fc.nat(19),
    follows: fc.nat(19),
    seen: fc.nat(9),
    mess: fc.nat(garbage ? 9 : 0),
    target: fc.nat(1000),
  });
  const trace = fc.record({
    kinds: fc.boolean(),
    start: fc.nat(50),
    length: fc.nat(400),
    nodes: fc.array(node, { maxLength: 14 }),
  });
  return fc.array(trace, { minLength: 1, maxLength: 12 }).map((traces) => {
    const spans: SpanLiteral[] = [];
    for (const [t, { kinds: known, start, length, nodes }] of traces.entries()) {
      const mine: SpanLiteral[] = [];
      const add = (span: SpanLiteral) => mine.push({ ...span, trace: `t${t}`, kind: known ? span.kind : undefined });
      add({ id: "n0", api: "S0 root", at: [start * tick, (start + length) * tick], kind: "server" });
      for (const [i, n] of nodes.entries()) {
        const parent = mine[n.parent % mine.length] as SpanLiteral;
        const [begin, end] = parent.at;
        const ticks = (end - begin) / tick;
        const from = begin + Math.round((ticks * n.from) / 100) * tick;
        // Half of the calls reach to their caller's end, or past it, so that ties and overlaps are frequent.
        const until = from + Math.round((ticks * n.share) / 100) * tick * (n.late === 0 ? 3 : 1);
        const id = `n${i + 1}`;
        const api = `S${n.service} op${n.operation}`;
        if (n.paired) {
          const inset = Math.floor((until - from) / tick / 4) * tick;
          const service = parent.api.split(" ")[0];
          add({ id: `${id}c`, parent: parent.id, api: `${service} call`, at: [from, until], kind: "client" });
          add({ id, parent: `${id}c`, api, at: [from + inset, until - inset], kind: "server" });
          continue;
        }
        add({
          id,
          parent: parent.id,
          api,
          at: [from, until],
          kind: n.kind,
          ...(n.follows === 0 ? { follows: true } : {}),
          ...(n.seen === 0 ? { callerDuration: until - from + tick } : {}),
        });
        const last = mine[mine.length - 1] as SpanLiteral;
        const other = mine[n.target % mine.length] as SpanLiteral;
        if (n.mess === 1) last.parent = "gone";
        if (n.mess === 2) last.parent = `n${n.target % (nodes.length + 1)}`;
        if (n.mess === 3) last.id = other.id;
        if (n.mess === 4) add({ ...other });
        if (n.mess === 5) other.parent = last.id;
        if (n.mess === 6) last.parent = undefined;
      }
      spans.push(...mine);
    }
    return spans.map((span, i) => ({ ...span, file: i % 3 === 0 ? 1 : 0, row: i + 1 }));
  });
}

/** Spans with ids, parents, times and kinds drawn from few values, so that everything collides. */
export const garbageSpans: fc.Arbitrary<SpanLiteral[]> = fc
  .array(
    fc.record({
      trace: fc.constantFrom("t", "u", "t'; DROP TABLE spans; --"),
      id: fc.constantFrom("a", "b", "c", "d", "e", "f", "", "é'\""),
      parent: fc.constantFrom(undefined, "a", "b", "c", "d", "e", "f", "", "gone"),
      api: fc.constantFrom("A get", "A put", "B get", "C get", "\" '", "x <b>y</b>"),
      at: fc
        .tuple(fc.integer({ min: -9, max: 50 }), fc.integer({ min: 0, max: 90 }))
        .map(([a, d]): [number, number] => [a, a + d]),
      kind: fc.constantFrom(undefined, "server", "client", "internal", "producer", "consumer"),
      callerDuration: fc.option(fc.integer({ min: 0, max: 99 }), { nil: undefined }),
      follows: fc.constantFrom(undefined, true, false),
      error: fc.constantFrom(undefined, true, false),
      peer: fc.constantFrom(undefined, undefined, "A", "D", "B"),
      file: fc.nat(2),
    }),
    { maxLength: 40 },
  )
  .map((spans) => spans.map((span, i) => ({ ...span, row: i + 1 }) as SpanLiteral));
