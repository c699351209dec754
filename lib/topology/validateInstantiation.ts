import { check } from "./check.ts";

/** Checks the fields of an object that are there, each by its own rule. */
function validateFields(
  value: unknown,
  rules: Record<string, (value: unknown, place: string) => unknown>,
  place: string,
) {
  if (value === undefined) return;
  for (const [name, field] of Object.entries(check.object(value, place))) {
    if (Object.hasOwn(rules, name)) rules[name]!(field, `${place}.${name}`);
  }
}

function atLeastZero(value: unknown, place: string): void {
  if (check.amount(value, place) % 1 !== 0) check.fail(place, `${check.shown(value)} is not a whole number`);
}

/** Checks how a service is instantiated. Throws one line naming the place. */
export function validateServiceInstantiation(value: unknown, place: string): void {
  const one = (choices: readonly string[]) => (field: unknown, at: string) => check.oneOf(field, choices, at);
  const retries = { max: atLeastZero, delay: check.amount, limit: check.amount, perSecond: check.times };
  const faults = { latency: check.amount, delay: check.amount, failures: check.share };
  const breaker = { minRequests: check.times, failureRate: check.share, interval: check.positive };
  const whole = (rules: typeof retries | typeof breaker, required: string[]) => (field: unknown, at: string) => {
    const object = check.object(field, at);
    for (const name of required) if (object[name] === undefined) check.fail(at, `${name} is missing`);
    validateFields(object, rules, at);
  };
  const rules = {
    rpc: one(["http", "grpc", "thrift"]),
    process: check.text,
    container: check.text,
    replicas: check.times,
    clientPool: check.times,
    retries: whole(retries, ["max"]),
    timeout: check.positive,
    healthCheck: (field: unknown, at: string) => {
      if (typeof field !== "boolean") check.fail(at, `${check.shown(field)} is not true or false`);
    },
    faults: (field: unknown, at: string) => validateFields(field, faults, at),
    circuitBreaker: whole(breaker, Object.keys(breaker)),
  };
  validateFields(value, rules, place);
}

/** Checks how the whole system is instantiated. Throws one line naming the place. */
export function validateInstantiation(value: unknown, place: string): void {
  const rules = {
    tracing: (field: unknown, at: string) => check.oneOf(field, ["file", "jaeger", "zipkin", "none"], at),
    deployment: (field: unknown, at: string) => check.oneOf(field, ["processes", "compose", "kubernetes"], at),
    registry: check.text,
    wiringHook: (field: unknown, at: string) => {
      const name = check.text(field, at);
      if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
        check.fail(at, `${check.shown(name)} is not the name of a Go function`);
    },
  };
  validateFields(value, rules, place);
}

/** Checks an API's kinds of work, whose shares sum to 1, and its filler. Throws one line naming the place. */
export function validateWork({ work, filler }: Record<string, unknown>, place: string): void {
  if (filler !== undefined) check.oneOf(filler, ["zeros", "random", "text"], `${place}.filler`);
  if (work === undefined) return;
  const shares = check.list(work, `${place}.work`).map((item, index) => {
    const at = `${place}.work[${index}]`;
    const { kind, share } = check.object(item, at);
    check.oneOf(kind, ["cpu", "memory", "disk", "sleep"], `${at}.kind`);
    return check.share(share, `${at}.share`);
  });
  check.distribution(shares, `${place}.work`);
}
