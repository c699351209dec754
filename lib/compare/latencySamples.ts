import type { Executions } from "../simulate/executions.ts";

/** Durations of one API's executions, µs, ascending. */
export interface ApiSamples {
  service: string;
  /** Name of the API within its service. */
  name: string;
  durations: Float64Array;
}

/** Durations by API: of all executions, and of entry executions alone. */
export interface LatencySamples {
  apis: ApiSamples[];
  roots: ApiSamples[];
}

/** The key under which samples of different sources meet: service and name. */
export function samplesKey({ service, name }: { service: string; name: string }): string {
  return JSON.stringify([service, name]);
}

/** What names the APIs of executions: a topology, or any list of APIs in the order of their indexes. */
export interface ApiNames {
  services: readonly { id: string; name: string }[];
  apis: readonly { service: string; name: string }[];
}

/**
 * The durations of executions by API, on the callee's side. APIs that never ran are left out.
 * @param executions one batch or several
 */
export function latencySamples(executions: Executions | Iterable<Executions>, names: ApiNames): LatencySamples {
  const batches = Symbol.iterator in executions ? executions : [executions];
  const all = names.apis.map(() => new Column());
  const entries = names.apis.map(() => new Column());
  for (const { length, api, parent, duration } of batches) {
    for (let row = 0; row < length; row++) {
      all[api[row]!]!.push(duration[row]!);
      if (parent[row]! < 0) entries[api[row]!]!.push(duration[row]!);
    }
  }
  const serviceName = new Map(names.services.map(({ id, name }) => [id, name]));
  const named = (columns: Column[]) =>
    columns.flatMap((column, index) => {
      const { service, name } = names.apis[index]!;
      const durations = column.sorted();
      return durations.length === 0 ? [] : [{ service: serviceName.get(service) ?? service, name, durations }];
    });
  return { apis: named(all), roots: named(entries) };
}

/** A growing column of numbers. */
class Column {
  private values = new Float64Array(16);
  private length = 0;

  push(value: number): void {
    if (this.length === this.values.length) {
      const longer = new Float64Array(this.length * 2);
      longer.set(this.values);
      this.values = longer;
    }
    this.values[this.length++] = value;
  }

  sorted(): Float64Array {
    return this.values.slice(0, this.length).sort();
  }
}
