import { describe, expect, it } from "vitest";
import { compile } from "../../lib/simulate/compile.ts";
import { simulate } from "../../lib/simulate/simulate.ts";
import { writeAlibaba } from "../../lib/simulate/writeAlibaba.ts";
import type { Topology } from "../../lib/topology/topology.ts";
import { patternsTopology } from "../topology/patternsTopology.ts";
import { hostileTopology } from "./hostileTopology.ts";

/** Splits CSV by hand: quotes, doubled quotes, commas and line breaks within quotes. */
function splitCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  let field = "";
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (quoted && character === '"' && text[at + 1] === '"') field += text[at++];
    else if (character === '"') quoted = !quoted;
    else if (!quoted && (character === "," || character === "\n")) {
      rows.at(-1)!.push(field);
      field = "";
      if (character === "\n") rows.push([]);
    } else field += character;
  }
  return rows.slice(0, -1);
}

function write(topology: Topology, traces: number) {
  const executions = simulate(compile(topology), { traces, seed: 1 });
  const [header, ...rows] = splitCsv([...writeAlibaba(topology, [executions], { seed: 1 })].join(""));
  return {
    executions,
    header: header!,
    rows: rows.map((row) => Object.fromEntries(row.map((each, at) => [header![at]!, each]))),
  };
}

describe("writeAlibaba", () => {
  it("writes the columns of MSCallGraph, and two rows for each rpc", () => {
    const { header, rows, executions } = write(patternsTopology(), 500);
    expect(header).toEqual(["traceid", "timestamp", "rpcid", "um", "rpctype", "dm", "interface", "rt"]);
    const calls = new Map<string, typeof rows>();
    for (const row of rows) {
      const key = `${row.traceid} ${row.rpcid}`;
      calls.set(key, [...(calls.get(key) ?? []), row]);
    }
    expect(calls.size).toBe(executions.length);
    for (const [key, sides] of calls) {
      const [caller, callee] = sides as [(typeof rows)[number], (typeof rows)[number] | undefined];
      expect(caller.timestamp).toMatch(/^\d+$/);
      expect(caller.rt).toMatch(/^-?\d+$/);
      if (key.endsWith(" 0")) expect([caller.rpctype, caller.um, sides.length]).toEqual(["http", "USER", 1]);
      else if (caller.rpctype === "mq") expect(sides).toHaveLength(1);
      else {
        expect(caller.rpctype).toBe("rpc");
        expect(sides).toHaveLength(2);
        expect(Number(caller.rt)).toBeGreaterThanOrEqual(0);
        expect(Number(callee!.rt)).toBeLessThanOrEqual(0);
        expect({ ...callee, rt: "", timestamp: "" }).toEqual({ ...caller, rt: "", timestamp: "" });
      }
      const above = key.slice(0, key.lastIndexOf("."));
      if (key.includes(".")) expect(caller.um).toBe(calls.get(above)![0]!.dm);
    }
  });

  it("marks calls within a service and calls not waited for, and keeps hostile names whole", () => {
    const topology = hostileTopology();
    const { rows, executions } = write(topology, 500);
    const types = (type: string) => rows.filter((row) => row.rpctype === type);
    const localEdges = topology.edges.flatMap((edge, index) => (edge.kind === "local" ? [index] : []));
    const edges = Array.from(executions.edge.subarray(0, executions.length));
    expect(types("userDefined")).toHaveLength(edges.filter((edge) => localEdges.includes(edge)).length);
    expect(types("userDefined").every((row) => row.um === row.dm && row.interface === "X")).toBe(true);
    expect(types("mq").length).toBe(
      executions.asynchronous.subarray(0, executions.length).reduce((sum, each) => sum + each, 0),
    );
    const interfaces = new Set(rows.map((row) => row.interface));
    for (const api of topology.apis) expect(interfaces.has(api.name)).toBe(true);
  });

  it("is in ms", () => {
    const { rows, executions } = write(patternsTopology(), 300);
    const roots = rows.filter((row) => row.rpcid === "0");
    const wanted = Array.from({ length: executions.length }, (_, row) => row).filter(
      (row) => executions.parent[row]! < 0,
    );
    expect(roots.map((row) => Number(row.rt))).toEqual(
      wanted.map((row) => Math.round(executions.duration[row]! / 1000)),
    );
    expect(roots.map((row) => Number(row.timestamp))).toEqual(
      wanted.map((row) => Math.floor(executions.start[row]! / 1000)),
    );
  });
});
