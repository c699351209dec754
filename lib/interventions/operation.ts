import type { Dimension } from "../gcm/dimension.ts";
import type { Topology } from "../topology/topology.ts";
import type { Fields, Values } from "./fields.ts";

/** A change of a topology as data: what is done, and to what. */
export interface Intervention {
  type: string;
  /** Why, in a person's words. */
  note?: string;
  [field: string]: unknown;
}

/** What an operation works on: a copy of the topology that is its own, and the ear for what it implies. */
export interface Draft {
  topology: Topology;
  /** Reports, as one sentence, a repair that the operation implies or a thing that it leaves as it was. */
  say(sentence: string): void;
}

/**
 * Where an intervention acts: on the processing of traces before the fit (1), on the topology (2), on how a property is
 * achieved by generated code (3), or on how the system is put together (4).
 */
export type Stage = 1 | 2 | 3 | 4;

export interface Operation<F extends Fields = Fields> {
  type: string;
  stage: Stage;
  /** One line on what it does. */
  summary: string;
  fields: F;
  /**
   * Changes the draft; everything that follows from the change (nodes, equations, edges that nobody calls) is rebuilt by
   * `applyInterventions`. Throws a line on what cannot be done, without the operation's name.
   */
  apply(draft: Draft, values: Values<F>): void;
  /** Stage 1 only: the dimension that the fit is to have. */
  declare?(values: Values<F>): Omit<Dimension, "place">;
  /** Stage 1 only: the SQL condition of the traces that are kept, over the columns that `filterTraces` names. */
  keep?(values: Values<F>): string;
  /** The condition names `id` alone, so that no span need be looked at. */
  byId?: boolean;
}

/** Declares an operation so that `values` has the types of its fields. */
export function defineOperation<const F extends Fields>(operation: Operation<F>): Operation {
  return operation as unknown as Operation;
}

/** Declares a filter of traces. */
export function defineFilter<const F extends Fields>(
  filter: Pick<Operation<F>, "type" | "summary" | "fields" | "byId"> & Required<Pick<Operation<F>, "keep">>,
): Operation {
  return defineOperation({
    ...filter,
    stage: 1,
    apply() {
      throw new Error("acts on traces before the fit; give it to palette fit");
    },
  });
}
