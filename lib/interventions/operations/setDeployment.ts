import { choice, optional, text } from "../fields.ts";
import { defineOperation } from "../operation.ts";

export const setDeployment = defineOperation({
  type: "setDeployment",
  stage: 4,
  summary: "say how the whole system is deployed and traced, and which wiring of one's own it runs",
  fields: {
    tracing: optional(choice(["file", "jaeger", "zipkin", "none"], "Where generated spans go.")),
    deployment: optional(choice(["processes", "compose", "kubernetes"], "What processes are deployed as.")),
    registry: optional(text("Address of the registry that Kubernetes takes containers' images from.")),
    wiringHook: optional(text("Go function of one's own that the wiring calls; re-export leaves its file alone.")),
  },
  apply({ topology }, options) {
    if (Object.keys(options).length === 0) throw new Error("no option is given");
    topology.instantiation = { ...topology.instantiation, ...options };
  },
});
