import type { Instantiation } from "../../topology/topology.ts";
import { entryServices } from "../go/mainCode.ts";
import { type CodeContext, generatedLine } from "../go/serviceCode.ts";
import { shownInGo } from "../goText.ts";
import { millisOf, percentOf } from "../ignoredOptions.ts";
import { calledName, instancesOf, type WiredService } from "./wiredServices.ts";

/** Plugins that services are declared with. */
const declaringPlugins = (
  "circuitbreaker clientpool faultinjector healthchecker jaeger latency opentelemetry replication retries timeouts " +
  "workflow workload zipkin"
).split(" ");

/**
 * The Go file that every specification begins with: services, replicas and load balancers, what their callers are
 * wrapped in, tracing, a person's own wiring, and the workload.
 */
export function declareCode(context: CodeContext, wired: readonly WiredService[]): string {
  const { tracing, wiringHook } = context.topology.instantiation ?? {};
  const collector = collectorOf(tracing);
  const declared = wired.map((each) => serviceCode(each, collector !== undefined)).join("");
  const collected = collector === undefined ? "" : `\tcollector := ${collector}.Collector(spec, "${collector}")\n`;
  const hook =
    wiringHook === undefined ? "" : `\t// What is wired by hand, in hook.go.\n\t${hookName(wiringHook)}(spec)\n`;
  const body = collected + declared + hook;
  const plugins = declaringPlugins.filter(
    (name) => name === "workload" || body.includes(`\t${name}.`) || collector === name,
  );
  const entries = entryServices(context).map((service) => `, "${calledName(context, service)}"`);
  return `${generatedLine}
// Package specs holds the application's specifications.
package specs

import (
	"example.com/gen/workflow/api"
	"example.com/gen/workload/wlgen"
	"github.com/blueprint-uservices/blueprint/blueprint/pkg/wiring"
${plugins.map((name) => `\t"github.com/blueprint-uservices/blueprint/plugins/${name}"\n`).join("")})

// instances are all that is deployed: services, or their replicas and load balancers.
var instances = []string{
${wired
  .flatMap(instancesOf)
  .map((name) => `\t"${name}",\n`)
  .join("")}}

// declare declares all services, with what their callers are wrapped in.
func declare(spec wiring.WiringSpec) {
${body}}

// declareWorkload declares the workload's generator.
func declareWorkload(spec wiring.WiringSpec) string {
	return workload.Generator[wlgen.Load](spec, "wlgen"${entries.join("")})
}
`;
}

function collectorOf(tracing: Instantiation["tracing"]): "jaeger" | "zipkin" | undefined {
  return tracing === "jaeger" || tracing === "zipkin" ? tracing : undefined;
}

/** A service, and its modifiers: the first applied is outermost. */
function serviceCode(wired: WiredService, traced: boolean): string {
  const { service, type, instance, replicas, called, calls } = wired;
  const args = calls.map((name) => `, "${name}"`).join("");
  const declared =
    replicas === 1
      ? `\tworkflow.Service[api.${type}](spec, "${instance}"${args})\n`
      : `\treplication.Replicate[api.${type}](spec, "${instance}", ${replicas}${args})\n`;
  const { retries, circuitBreaker, timeout, clientPool, healthCheck, faults } = service.instantiation ?? {};
  const lines: string[] = [];
  const line = (text: string) => lines.push(`\t${text}\n`);
  if (retries?.delay && retries.limit)
    line(
      `retries.AddRetriesWithExponentialBackoff(spec, "${called}", "${goDuration(retries.delay)}", "${goDuration(retries.limit)}", false)`,
    );
  else if (retries?.delay)
    line(`retries.AddRetriesWithFixedDelay(spec, "${called}", ${retries.max}, "${goDuration(retries.delay)}")`);
  else if (retries?.perSecond)
    line(`retries.AddRetriesRetryRateLimit(spec, "${called}", ${retries.max}, ${retries.perSecond})`);
  else if (retries) line(`retries.AddRetries(spec, "${called}", ${retries.max})`);
  if (circuitBreaker) {
    const { minRequests, failureRate, interval } = circuitBreaker;
    line(
      `circuitbreaker.AddCircuitBreaker(spec, "${called}", ${minRequests}, ${failureRate}, "${goDuration(interval)}")`,
    );
  }
  if (timeout) line(`timeouts.Add(spec, "${called}", "${goDuration(timeout)}")`);
  if (clientPool) line(`clientpool.Create(spec, "${called}", ${clientPool})`);
  // On the server's side the last applied is nearest the network, so that spans hold what is injected. A load balancer must
  // have the methods of its replicas, and injects nothing of its own.
  for (const name of instancesOf(wired)) {
    if (healthCheck) line(`healthchecker.AddHealthCheckAPI(spec, "${name}")`);
    if (replicas > 1 && name === called) continue;
    if (faults?.latency) line(`latency.AddFixed(spec, "${name}", "${goDuration(faults.latency)}")`);
    if (faults?.delay) line(`faultinjector.AddRandomDelay(spec, "${name}", ${millisOf(faults.delay)})`);
    if (faults?.failures)
      line(`faultinjector.AddProbabilisticFailures(spec, "${name}", ${percentOf(faults.failures)})`);
  }
  if (traced) for (const name of instancesOf(wired)) line(`opentelemetry.Instrument(spec, "${name}", collector)`);
  return `\t// The service ${shownInGo(service.name)}.\n${declared}${lines.join("")}`;
}

/** µs as a duration of Go's; at least one. */
function goDuration(micros: number): string {
  return `${Math.max(1, Math.round(micros))}us`;
}

/** The function of a person's own; names of Go's and of the specifications' own get an underscore. */
export function hookName(name: string): string {
  const taken =
    /^(break|case|chan|const|continue|default|defer|else|fallthrough|for|func|go|goto|if|import|interface|map|package|range|return|select|struct|switch|type|var|_|init|main|declare|declareWorkload|instances|build\w*|Asked|Docker|Grpc|Http|HttpEach|One)$/;
  const imported =
    /^(api|wlgen|wiring|circuitbreaker|clientpool|jaeger|opentelemetry|replication|retries|timeouts|workflow|workload|zipkin|cmdbuilder|goproc|http|grpc|thrift|linuxcontainer|dockercompose|kubernetes|faultinjector|healthchecker|latency|fmt|spec|collector)$/;
  return taken.test(name) || imported.test(name) ? `${name}Hook` : name;
}

/** The file of a person's own wiring, as it is first written; later exports leave it alone. */
export function hookCode(name: string): string {
  return `package specs

import "github.com/blueprint-uservices/blueprint/blueprint/pkg/wiring"

// ${hookName(name)} is yours: it is called in every specification once the services are declared, before they are deployed.
// Exporting again into this folder leaves this file alone.
func ${hookName(name)}(spec wiring.WiringSpec) {
}
`;
}
