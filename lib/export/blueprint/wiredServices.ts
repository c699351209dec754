import type { Service } from "../../topology/topology.ts";
import { type CodeContext, dependencies, reachedApis } from "../go/serviceCode.ts";

/** A service as the wiring declares it. */
export interface WiredService {
  service: Service;
  /** Go type of its interface. */
  type: string;
  /** Name of its instance, or of all its replicas together. */
  instance: string;
  /** Instances behind a load balancer; 1 for a single one without. */
  replicas: number;
  /** What its callers name: the instance, or the load balancer. */
  called: string;
  /** What those that it calls are named. */
  calls: string[];
}

/** The services that a trace reaches, in the topology's order. */
export function wiredServices(context: CodeContext): WiredService[] {
  const { topology, names } = context;
  return topology.services
    .filter(({ id }) => reachedApis(context, id).length > 0)
    .map((service) => {
      const { type, instance } = names.services.get(service.id)!;
      return {
        ...{ service, type, instance, replicas: replicasOf(service), called: calledName(context, service) },
        calls: dependencies(context, service.id).map((callee) => calledName(context, callee)),
      };
    });
}

/** What callers of a service name in the wiring. */
export function calledName({ names }: CodeContext, service: Service): string {
  const { instance } = names.services.get(service.id)!;
  return replicasOf(service) > 1 ? `${instance}_lb` : instance;
}

/** All that is deployed for a service: its instances, named as Blueprint's replication does, and its load balancer. */
export function instancesOf({ instance, replicas, called }: WiredService): string[] {
  if (replicas === 1) return [instance];
  return [...Array.from({ length: replicas }, (_, number) => `${instance}_${number}`), called];
}

function replicasOf({ instantiation }: Service): number {
  return Math.max(1, instantiation?.replicas ?? 1);
}
