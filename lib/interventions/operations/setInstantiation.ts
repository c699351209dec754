import { amount, choice, flag, object, optional, positive, share, text, whole } from "../fields.ts";
import { defineOperation } from "../operation.ts";
import { selectServices } from "../selectApis.ts";

export const setInstantiation = defineOperation({
  type: "setInstantiation",
  stage: 4,
  summary: "say how services are called and deployed; the model stays as it is",
  fields: {
    service: text("Name of a service, or a pattern with * for any text."),
    rpc: optional(choice(["http", "grpc", "thrift"], "How other services call it.")),
    process: optional(text("Services that name the same process share it.")),
    container: optional(text("Processes that name the same container share it.")),
    replicas: optional(whole(1, "Instances behind a load balancer.")),
    clientPool: optional(whole(1, "Connections that each caller keeps.")),
    retries: optional(
      object(
        {
          max: whole(0, "Further attempts after the first."),
          delay: optional(amount("Wait before each attempt, µs.")),
          limit: optional(amount("Longest wait, µs; waits double up to it.")),
          perSecond: optional(whole(1, "Retries of all calls together, a second, at most.")),
        },
        "Attempts after a failed one.",
      ),
    ),
    timeout: optional(positive("How long a caller waits at most, µs.")),
    circuitBreaker: optional(
      object(
        {
          minRequests: whole(1, "Fewest requests."),
          failureRate: share("Share that fails."),
          interval: positive("µs."),
        },
        "When callers stop calling for a while.",
      ),
    ),
    healthCheck: optional(flag("Whether it has a method by which its health is asked for.")),
    faults: optional(
      object(
        {
          latency: optional(amount("Constant, µs.")),
          delay: optional(amount("Uniform from 0 up to this, µs.")),
          failures: optional(share("Share of calls that fail at once.")),
        },
        "What the deployed service does beyond its model.",
      ),
    ),
  },
  apply({ topology }, { service, ...options }) {
    if (Object.keys(options).length === 0) throw new Error("no option is given");
    for (const each of selectServices(topology, service)) each.instantiation = { ...each.instantiation, ...options };
  },
});
