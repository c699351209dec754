import type { Topology } from "../../lib/topology/topology.ts";
import { figure1Topology } from "../topology/figure1Topology.ts";
import { hostile } from "./document.ts";

/** Figure 1 with names and ids as a hostile trace would have them. */
export function hostileTopology(): Topology {
  const text = JSON.stringify(figure1Topology());
  const renamed = new Map<string, string>([
    ["a A", hostile.markup],
    ["b B", hostile.long],
    ["c C", hostile.quotes],
    ["e1", hostile.direction],
    ["e2", hostile.lines],
    ["network:e1", `network:${hostile.direction}`],
    ["network:e2", `network:${hostile.lines}`],
    ["called:e1", `called:${hostile.direction}`],
    ["called:e2", `called:${hostile.lines}`],
    ["GET /b", hostile.entity],
    ["s1", hostile.markup],
    ["A", hostile.lines],
    ["B", hostile.quotes],
    ["C", hostile.direction],
    ["a", hostile.long],
    ["b", hostile.markup],
    ["c", hostile.lines],
  ]);
  return JSON.parse(text, (_key, value) =>
    typeof value === "string" ? (renamed.get(value) ?? value) : value,
  ) as Topology;
}
