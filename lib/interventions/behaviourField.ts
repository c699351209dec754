import {
  amount,
  choice,
  context,
  either,
  type Field,
  finite,
  flag,
  list,
  object,
  optional,
  share,
  text,
  whole,
} from "./fields.ts";

const levels = list(share("A level."), "The levels at which values stand.");

/** Levels from 0 to 1. */
const grid: typeof levels = {
  ...levels,
  check(value, place) {
    const found = levels.check(value, place);
    const rises = found.every((level, index) => index === 0 || level > found[index - 1]!);
    if (rises && found[0] === 0 && found.at(-1) === 1) return found;
    throw new Error(`${place}: it does not rise from 0 to 1`);
  },
};

const counts = list(
  object({ count: whole(1, "How many."), probability: share("How likely.") }, "A count and its probability."),
  "A distribution of counts.",
);

const anyTables = list(
  object(
    {
      given: context("The values of parents under which it holds; {} for any."),
      n: amount("Observations that it rests on."),
      values: list(amount("µs"), "Quantiles at the levels of quantileGrid, or the sorted sample."),
    },
    "A distribution under a context.",
  ),
  "Distributions, finest context first, the last for any.",
);

/** Tables of which one serves where no other does. */
const tables: typeof anyTables = {
  ...anyTables,
  check(value, place) {
    const found = anyTables.check(value, place);
    if (found.some(({ given }) => Object.keys(given).length === 0)) return found;
    throw new Error(`${place}: none is for any context, given {}`);
  },
};

const state = object(
  {
    id: text("Its id in the automaton."),
    calls: list(
      object(
        {
          edge: text("Id of the call, in `calls`."),
          probability: share("Of a visit making it."),
          count: optional(counts),
          asynchronous: flag("Whether the caller goes on without it."),
          timeout: optional(amount("µs")),
          attempts: optional(whole(1, "Attempts in all.")),
        },
        "A call.",
      ),
      "Concurrent calls.",
      0,
    ),
    repeat: optional(counts),
    gap: share("Share of own time before it."),
    path: optional(text("The path of walks that end here, where it is not the state's own id.")),
    order: choice(["certain", "unknown"], "Whether timestamps could tell the order."),
  },
  "A state of the automaton.",
);

const transition = object(
  {
    from: text("Id of the state that is left."),
    given: context("The values of parents under which it holds; {} for any."),
    visits: amount("Visits that it rests on."),
    to: list(
      object({ state: text("Id of a state."), probability: share("How likely.") }, "A next state."),
      "Where to.",
    ),
  },
  "A row of transitions.",
);

const behaviour = object(
  {
    quantileGrid: grid,
    chains: list(
      object(
        { id: text("Its id in contexts."), callers: list(text("Id of an API."), "The caller, its caller, …") },
        "A chain of callers.",
      ),
      "The chains that contexts name.",
      0,
    ),
    calls: list(
      object(
        {
          id: text("Its id in automata."),
          caller: text("Id of the API that calls."),
          callee: text("Id of the API that is called."),
          operation: optional(text("Name of the client span.")),
          lambda: optional(amount("λ of the call in its caller's latency.")),
          network: optional(object({ mean: amount("µs"), tables }, "Time between caller and callee, µs.")),
        },
        "A call that the service makes or takes.",
      ),
      "The calls that the service makes or takes.",
      0,
    ),
    apis: list(
      object(
        {
          id: text("Id of the API."),
          executions: amount("Executions that it rests on."),
          errors: share("Share of executions that failed."),
          ownTime: object({ mean: amount("µs"), tables }, "Own time, µs."),
          pfa: object(
            {
              states: list(state, "Its states, start and finish among them."),
              transitions: list(transition, "Its transitions."),
              learning: object(
                {
                  walks: amount("Distinct walks."),
                  executions: amount("Executions."),
                  treeStates: amount("States before merging."),
                  threshold: either(
                    choice(["exact"], "Unmerged."),
                    amount("Of merging."),
                    "The threshold that was chosen.",
                  ),
                  heldOut: optional(finite("Held-out log-likelihood for each execution.")),
                },
                "How the automaton was learned.",
              ),
            },
            "The automaton of its paths.",
          ),
        },
        "An API of the service.",
      ),
      "The APIs of the service that were seen.",
    ),
  },
  "What `palette behaviour` writes: how the service behaved in other traces.",
);

/** How a service behaved: own times, network times and paths, with the ids of the topology that they were taken from. */
export type Behaviour = typeof behaviour extends Field<infer Value> ? Value : never;

/** Field that holds how a service behaved. */
export const behaviourField: Field<Behaviour> = behaviour;
