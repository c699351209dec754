import type { GcmNode, Topology } from "../topology/topology.ts";

/** What calls are called within their caller: by their callee, with the operation or the id where it makes several such. */
export function callNames({ edges }: Topology): ReadonlyMap<string, string> {
  const same = new Map<string, number>();
  const pair = ({ caller, callee }: { caller: string; callee: string }) => JSON.stringify([caller, callee]);
  for (const edge of edges) same.set(pair(edge), (same.get(pair(edge)) ?? 0) + 1);
  return new Map(
    edges.map((edge) => {
      const { id, callee, operation = id } = edge;
      return [id, same.get(pair(edge)) === 1 ? callee : `${callee} (${operation})`];
    }),
  );
}

/** What a node of a causal model is called, by the call that it belongs to. */
export function nodeName({ id, kind, edge }: GcmNode, calls: ReadonlyMap<string, string>): string {
  if (kind === "own_time") return "own time";
  if (edge === undefined) return id;
  const call = calls.get(edge) ?? edge;
  if (kind === "network") return `network time to ${call}`;
  if (kind !== "payload") return id;
  return id.startsWith("request") ? `size of requests to ${call}` : `size of responses of ${call}`;
}
