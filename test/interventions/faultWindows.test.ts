import { describe, expect, it } from "vitest";
import { readFaultWindows } from "../../lib/interventions/faultWindows.ts";

describe("readFaultWindows", () => {
  it("reads seconds after the first span, and injections as Nezha lists them", () => {
    const own = [{ service: "stock", kind: "slow", from: 1.5, to: 4 }];
    expect(readFaultWindows(JSON.stringify(own), 0)).toEqual([
      { service: "stock", kind: "slow", from: 1.5e6, to: 4e6, begins: 1.5e6 },
    ]);
    const nezha = (at: object) => ({
      "04": [{ inject_pod: "cart-service-579f59597d-wc2lz", inject_type: "delay", ...at }],
    });
    const windows = (at: object) => readFaultWindows(JSON.stringify(nezha(at)), 900e6);
    const expected = { service: "cart-service", kind: "delay", from: 110e6, to: 250e6, begins: 90e6 };
    expect(windows({ inject_timestamp: "1000" })).toEqual([expected]);
    expect(windows({ inject_time: "1970-01-01 00:16:40" })).toEqual([expected]);
    // The timestamp is 8 hours off, and otherwise the finer of the two.
    expect(windows({ inject_timestamp: `${1000 - 8 * 3600}`, inject_time: "1970-01-01 00:15:00" })).toEqual([expected]);
  });

  it.each([
    ["[", "faults: no JSON: "],
    ["3", "faults: 3 is not a list"],
    ['[{"service":"a","kind":"b","from":2,"to":1}]', "faults[0]: nothing lies between 2 and 1 s"],
    ['[{"service":"a","kind":"b","from":"x","to":1}]', 'faults[0]: from: "x" is not a number of seconds'],
    ['[{"kind":"b","from":0,"to":1}]', "faults[0]: service: undefined is not a text"],
    ['[{"inject_timestamp":"then"}]', 'faults[0]: inject_timestamp: "then" is no time'],
    ['[{"inject_time":"then"}]', 'faults[0]: inject_time: "then" is no time'],
  ])("refuses %s", (source, message) => {
    expect(() => readFaultWindows(source, 0)).toThrow(message);
  });
});
