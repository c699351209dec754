import fc from "fast-check";
import type { Api, Edge, GcmNode, PfaState, Topology } from "../../../lib/topology/topology.ts";
import { patternsTopology } from "../../topology/patternsTopology.ts";

/** Names that break code, files, modules or packages that are put together from them without care. */
const bad = [
  ..."func type package init main String Error Run New NewService Service Client Address Health gcm api wlgen".split(
    " ",
  ),
  ...[
    "a b",
    "a-b",
    "a_b",
    "A B",
    "",
    " ",
    "_",
    "1",
    "café",
    "über",
    "日本",
    "../../etc/passwd",
    "C:\\x",
    "x_test",
    "y_windows",
  ],
  ...[
    '"',
    "`",
    "*/ panic(1) /*",
    "// x",
    '`+panic("x")+`',
    "%s%d",
    "{{.}}",
    "//go:embed /etc/passwd",
    "\n//go:build ignore\n",
  ],
  ...["\u2028", "\ud800", "\u0000", "\u202eabc", "x".repeat(300), "error", "string", "nil", "ctx", "service", "x"],
];

const name = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...bad) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
);

const probability = fc.constantFrom(0, 0.25, 0.5, 1);

/** How an API of number `index` calls: forward, so that traces end, or itself or an earlier one, now and then. */
const callPlan = fc.record({
  ...{ callee: fc.nat(20), probability, asynchronous: fc.boolean(), back: fc.boolean(), operation: fc.option(name) },
  ...{ state: fc.nat(2), network: fc.boolean(), payload: fc.boolean(), timeout: fc.boolean(), count: fc.boolean() },
});

const apiPlan = fc.record({
  ...{
    service: fc.nat(3),
    name,
    state: name,
    equation: name,
    calls: fc.array(callPlan, { maxLength: 4 }),
    skip: probability,
  },
});

/** Valid topologies of up to 4 services and 7 APIs, in which every name, id and equation is hostile. */
export const hostileTopologies: fc.Arbitrary<Topology> = fc
  .record({
    services: fc.array(name, { minLength: 1, maxLength: 4 }),
    apis: fc.array(apiPlan, { minLength: 1, maxLength: 7 }),
  })
  .map(({ services, apis }) => {
    // Names may clean to the same, but services do not have two APIs of one name.
    const plans = apis.map((plan, index) => {
      const before = apis.slice(0, index).filter((each) => each.name === plan.name);
      return { ...plan, name: plan.name + "!".repeat(before.length) };
    });
    const serviceIds = services.map((service, index) => `${index}${service}`);
    const serviceOf = (index: number) => serviceIds[plans[index]!.service % services.length]!;
    const ids = plans.map((plan, index) => `${index}${plan.name}`);
    const edges: Edge[] = [];
    const made = plans.map((plan, index) => {
      const stages: PfaState["calls"][] = [[], [], []];
      const nodes: GcmNode[] = [];
      let backs = 0;
      for (const [number, call] of plan.calls.entries()) {
        const later = plans.length - index - 1;
        const back = (call.back && backs++ === 0) || later === 0;
        if (back && backs > 1) continue;
        const callee = back ? call.callee % (index + 1) : index + 1 + (call.callee % later);
        const id = `${index}/${number}${plan.name}`;
        edges.push({
          ...{ id, caller: ids[index]!, callee: ids[callee]!, calls: 1, asynchronous: Number(call.asynchronous) },
          kind: serviceOf(index) === serviceOf(callee) ? "local" : "remote",
          ...(call.operation === null ? {} : { operation: call.operation }),
        });
        stages[call.state]!.push({
          ...{ edge: id, probability: back ? 0.1 : call.probability, asynchronous: call.asynchronous },
          ...(call.count && !back ? { count: [{ count: 2, probability: 1 }] } : {}),
          ...(call.timeout ? { timeout: 500, attempts: 2 } : {}),
        });
        const of = (kind: "network" | "payload", unit: "us" | "bytes"): GcmNode => ({
          ...{ id: `${kind === "network" ? kind : "response"}:${id}`, kind, parents: [], unit, edge: id },
          tables: [{ given: {}, n: 2, values: [0, 700] }],
        });
        if (call.network) nodes.push(of("network", "us"));
        if (call.payload) nodes.push(of("payload", "bytes"));
      }
      return api(ids[index]!, serviceOf(index), plan, stages, nodes);
    });
    return topologyOf(
      serviceIds.map((id, index) => ({ id, name: services[index]! })),
      made,
      edges,
    );
  });

function api(
  id: string,
  service: string,
  { name, state, equation, skip }: { name: string; state: string; equation: string; skip: number },
  stages: PfaState["calls"][],
  nodes: GcmNode[],
): Api {
  const states = stages.map(
    (calls, index): PfaState => ({
      ...{ id: `${index}${state}`, calls, gap: 0.25, order: "certain" },
    }),
  );
  const all = ["start", ...states.map((each) => each.id), "finish"];
  const transitions = all.slice(0, -1).map((from, index) => ({
    ...{ from, given: {}, visits: 1 },
    // Probabilities of 0 and 1 among them; from `start` the first state may be skipped.
    to:
      index === 0
        ? [
            { state: all[1]!, probability: 1 - skip },
            { state: all[2]!, probability: skip },
          ]
        : [{ state: all[index + 1]!, probability: 1 }],
  }));
  const boundary = (state: string): PfaState => ({ id: state, calls: [], gap: 0, order: "certain" });
  return {
    ...{ id, service, name, executions: 1, errors: 0.1 },
    pfa: {
      states: [boundary("start"), ...states, boundary("finish")],
      transitions,
      learning: { walks: 1, executions: 1, treeStates: 5, threshold: "exact", heldOut: null },
    },
    gcm: {
      ...{ equation, lambda: [] },
      nodes: [
        { id: "own_time", kind: "own_time", parents: [], unit: "us", tables: [{ given: {}, n: 2, values: [0, 100] }] },
        ...nodes,
      ],
    },
    simple: { ownTime: 50, calls: [] },
  };
}

function topologyOf(services: Topology["services"], apis: Api[], edges: Edge[]): Topology {
  const base = patternsTopology();
  const mix = [{ api: apis[0]!.id, probability: 1, executions: 1 }];
  return { ...base, name: "hostile", services, apis, edges, workload: { ...base.workload, mix } };
}

/** A chain of 40 APIs, each in a service of its own, and an API with 500 calls to one leaf. */
export function extremeTopologies(): Topology[] {
  const plan = (name: string) => ({ ...{ name, state: "s", equation: "" }, skip: 0 });
  const edge = (id: string, caller: string, callee: string): Edge => ({
    ...{ id, caller, callee, kind: "remote", calls: 1, asynchronous: 0 },
  });
  const call = (id: string) => ({ edge: id, probability: 1, asynchronous: false });
  const chain = Array.from({ length: 40 }, (_, index) => String(index));
  const links = chain.slice(1).map((id, index) => edge(`e${id}`, chain[index]!, id));
  const services = (ids: readonly string[]) => ids.map((id) => ({ id, name: "same" }));
  const deep = chain.map((id, index) =>
    api(id, id, plan("f"), [[], index < 39 ? [call(`e${index + 1}`)] : [], []], []),
  );
  const many = Array.from({ length: 500 }, (_, index) => edge(`e${index}`, "wide", "leaf"));
  const wide = api("wide", "a", plan("wide"), [many.map(({ id }) => call(id)), [], []], []);
  return [
    topologyOf(services(chain), deep, links),
    topologyOf(services(["a", "b"]), [wide, api("leaf", "b", plan("leaf"), [[], [], []], [])], many),
  ];
}
