import { amount, list, text } from "../fields.ts";
import { defineOperation } from "../operation.ts";
import { quantiles } from "../quantiles.ts";
import { selectServices } from "../selectApis.ts";

export const addApi = defineOperation({
  type: "addApi",
  stage: 2,
  summary: "add an API that calls nobody; addCall gives it callers and callees",
  fields: {
    service: text("Name of its service."),
    name: text("Its name; its id is service and name."),
    ownTime: list(amount("µs"), "A sample of its own times, µs; one value for a constant."),
  },
  apply({ topology }, { service, name, ownTime }) {
    const [found] = selectServices(topology, service);
    const id = `${found!.name}: ${name}`;
    if (topology.apis.some((api) => api.id === id)) throw new Error(`there is an API ${JSON.stringify(id)} already`);
    const tables = [{ given: {}, n: ownTime.length, values: quantiles(topology, ownTime) }];
    topology.apis.push({
      id,
      service: found!.id,
      name,
      executions: 0,
      errors: 0,
      pfa: {
        states: [
          { id: "start", calls: [], gap: 0, order: "certain" },
          { id: "finish", calls: [], gap: 1, order: "certain" },
        ],
        transitions: [{ from: "start", given: {}, visits: 0, to: [{ state: "finish", probability: 1 }] }],
        learning: { walks: 0, executions: 0, treeStates: 1, threshold: "exact", heldOut: null },
      },
      gcm: {
        equation: "latency = own_time + L(start)\nL(start) = 0",
        nodes: [
          { id: "latency", kind: "latency", parents: ["own_time", "path"], unit: "us" },
          { id: "path", kind: "path", parents: [], unit: "label" },
          { id: "own_time", kind: "own_time", parents: [], unit: "us", tables },
        ],
        lambda: [],
      },
      simple: { ownTime: ownTime.reduce((sum, value) => sum + value, 0) / ownTime.length, calls: [] },
    });
  },
});
