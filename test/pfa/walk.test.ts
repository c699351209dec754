import fc from "fast-check";
import { expect, test } from "vitest";
import { callKey, parseWalk } from "../../lib/pfa/walk.ts";
import { walkText } from "./walks.ts";

test("an execution without calls has no stages", () => {
  expect(parseWalk("")).toEqual([]);
});

test("reads stages, concurrent calls, their multiplicity and what is asynchronous", () => {
  expect(parseWalk(walkText("3;0 2~ 0 2;1"))).toEqual([
    { label: "3x1", calls: [{ edge: 3, asynchronous: false, count: 1 }], first: 0, repeats: 1 },
    {
      label: "0x2,2x1,2~x1",
      calls: [
        { edge: 0, asynchronous: false, count: 2 },
        { edge: 2, asynchronous: false, count: 1 },
        { edge: 2, asynchronous: true, count: 1 },
      ],
      first: 1,
      repeats: 1,
    },
    { label: "1x1", calls: [{ edge: 1, asynchronous: false, count: 1 }], first: 2, repeats: 1 },
  ]);
});

test("equal neighbours are one stage that repeats, and know where they began; others are not", () => {
  const stages = parseWalk(walkText("5;5;5;1;5;1 1;1"));
  expect(stages.map(({ label, first, repeats }) => [label, first, repeats])).toEqual([
    ["5x1", 0, 3],
    ["1x1", 3, 1],
    ["5x1", 4, 1],
    ["1x2", 5, 1],
    ["1x1", 6, 1],
  ]);
});

test("numbers of edges and stages may be as large as the engine makes them", () => {
  const [edge, position] = [2 ** 31 - 1, 2 ** 20];
  const text = walkText(`${edge}~`).replace(/\d+/, (code) => String(Number(code) + (position - 1) * 2 ** 32));
  expect(parseWalk(text)).toEqual([
    { label: `${edge}~x1`, calls: [{ edge, asynchronous: true, count: 1 }], first: 0, repeats: 1 },
  ]);
});

test("no call is lost or made up, and order stays", () => {
  const call = fc.tuple(fc.nat(4), fc.boolean()).map(([edge, asynchronous]) => `${edge}${asynchronous ? "~" : ""}`);
  fc.assert(
    fc.property(fc.array(fc.array(call, { minLength: 1, maxLength: 4 }), { maxLength: 8 }), (plan) => {
      const stages = parseWalk(walkText(plan.map((stage) => stage.join(" ")).join(";")));
      const back = stages.flatMap((stage) =>
        Array.from({ length: stage.repeats }, () =>
          stage.calls.flatMap((each) => Array.from({ length: each.count }, () => callKey(each))).sort(),
        ),
      );
      expect(back).toEqual(plan.map((stage) => stage.toSorted()));
      let position = 0;
      for (const stage of stages) {
        expect(stage.first).toBe(position);
        position += stage.repeats;
      }
    }),
  );
});
