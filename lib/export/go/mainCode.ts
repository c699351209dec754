import type { Service } from "../../topology/topology.ts";
import { goString, shownInGo } from "../goText.ts";
import { meanWork } from "./meanWork.ts";
import { type CodeContext, dependencies, generatedLine, reachedApis } from "./serviceCode.ts";

/** The clients of all services over net/http, in package system. */
export function clientsCode(context: CodeContext, services: readonly Service[]): string {
  const { names } = context;
  const clients = services.map((service) => {
    const { type, package: packageName } = names.services.get(service.id)!;
    const client = `${packageName}Client`;
    const methods = reachedApis(context, service.id).map(({ id }) => {
      const method = names.apis.get(id)!;
      return `
func (c ${client}) ${method}(ctx context.Context, causal string, body string) (string, string, error) {
	return c.call(ctx, "${packageName}", "${method}", causal, body)
}
`;
    });
    return `
// ${client} calls ${type}, the service ${shownInGo(service.name)}.
type ${client} struct{ call Caller }
${methods.join("")}`;
  });
  return `${generatedLine}
package system

import "context"

// Caller makes a method of a service.
type Caller func(ctx context.Context, service, method, causal, body string) (string, string, error)
${clients.join("")}`;
}

/** Which services there are, how they are made, and the clients of the workload: package system. */
export function systemCode(context: CodeContext, services: readonly Service[]): string {
  const { names } = context;
  const of = (service: Service) => names.services.get(service.id)!;
  const imports = ["workflow/gcm", "workload/wlgen", ...services.map((service) => `workflow/${of(service).package}`)]
    .sort()
    .map((path) => `\t"example.com/gen/${path}"\n`);
  const cases = services.map((service) => {
    const deps = dependencies(context, service.id).map((dep) => `, ${of(dep).package}Client{call}`);
    const methods = reachedApis(context, service.id).map(({ id }) => {
      const method = names.apis.get(id)!;
      return `\t\tmethods["${of(service).package}/${method}"] = made.${method}\n`;
    });
    return `	case "${of(service).package}":
		made, err := ${of(service).package}.New${of(service).type}(ctx${deps.join("")})
		if err != nil {
			return nil, err
		}
${methods.join("")}`;
  });
  const clients = entryServices(context).map((service) => `, ${of(service).package}Client{call}`);
  return `${generatedLine}
// Package system puts the services together without Blueprint, over net/http.
package system

import (
	"context"
	"fmt"

${imports.join("")})

// Services are all services; process i of K runs those whose number is i modulo K.
var Services = []string{
${services.map((service) => `\t"${of(service).package}",\n`).join("")}}

// Make makes a service and returns its methods by "service/Method"; call reaches the services that it calls.
func Make(ctx context.Context, name string, call Caller) (map[string]gcm.Method, error) {
	methods := map[string]gcm.Method{}
	switch name {
${cases.join("")}	default:
		return nil, fmt.Errorf("there is no service %q", name)
	}
	return methods, nil
}

// Load makes the workload's generator.
func Load(ctx context.Context, call Caller) (wlgen.Load, error) {
	return wlgen.NewLoad(ctx${clients.join("")})
}
`;
}

/** Services that have entry APIs, in the topology's order: what the workload calls. */
export function entryServices({ topology }: CodeContext): Service[] {
  const entries = new Set(topology.workload.mix.map(({ api }) => api));
  const called = new Set(topology.apis.filter(({ id }) => entries.has(id)).map(({ service }) => service));
  return topology.services.filter(({ id }) => called.has(id));
}

/** The workload generator: the entry APIs, their shares and what a call of each causes (`meanWork`). */
export function loadCode(context: CodeContext): string {
  const { topology, names } = context;
  const services = entryServices(context);
  const depOf = new Map(services.map(({ id }, index) => [id, `dep${index}`]));
  const params = services.map(({ id }, index) => `, dep${index} api.${names.services.get(id)!.type}`);
  const work = meanWork(topology);
  const named = new Map(topology.services.map(({ id, name }) => [id, name]));
  const rows = topology.workload.mix.map(({ api: id, probability }) => {
    const { service, name } = context.apis.get(id)!;
    const method = `${depOf.get(service)}.${names.apis.get(id)}`;
    const called = `${goString(named.get(service)!)}, ${goString(name)}`;
    const { working, ownTime, calls } = work.get(id)!;
    const means = [working, ownTime, calls].map((mean) => Number(mean.toPrecision(6))).join(", ");
    return `\t\t{${called}, ${probability}, ${means}, ${method}},\n`;
  });
  return `${generatedLine}
// Package wlgen is the workload: entry calls in an open loop.
package wlgen

import (
	"context"

	"example.com/gen/workflow/api"
)

// Load is the workload's generator.
type Load interface {
	ImplementsLoad(ctx context.Context) error
	Run(ctx context.Context) error
	Sample(ctx context.Context, count int) error
}

type load struct{ entries []entry }

// NewLoad makes the generator, with the services that it calls.
func NewLoad(ctx context.Context${params.join("")}) (Load, error) {
	return &load{entries: []entry{
${rows.join("")}	}}, nil
}

func (l *load) ImplementsLoad(ctx context.Context) error { return nil }

// Run makes calls until the duration is over.
func (l *load) Run(ctx context.Context) error { return drive(ctx, l.entries, ${topology.workload.rate}) }

// Sample makes calls one after another, for dry runs.
func (l *load) Sample(ctx context.Context, count int) error {
	return draw(ctx, l.entries, count)
}
`;
}
