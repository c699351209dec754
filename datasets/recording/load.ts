import { Random } from "../random.ts";
import { send } from "./call.ts";
import { productCount, words } from "./products.ts";
import type { Line } from "./service.ts";

/** One call from outside. */
interface EntryCall {
  service: string;
  route: string;
  parameters: Record<string, string>;
  body?: unknown;
}

/** How calls from outside are shared among the entry APIs. */
export const mix = [
  { share: 0.26, make: home },
  { share: 0.28, make: product },
  { share: 0.1, make: search },
  { share: 0.18, make: add },
  { share: 0.13, make: checkout },
  { share: 0.05, make: invoice },
] as const;

/** Popularity of products: Zipf with exponent 0.9, as a cumulative share by id. */
const popularity = cumulative(Array.from({ length: productCount }, (_, i) => (i + 1) ** -0.9));

/**
 * Calls the entry APIs as an open loop: Poisson arrivals that wait for no answer, `rate` a second for `seconds`.
 * Resolves with the number of calls once all are answered; rejects as soon as one gets no answer at all.
 */
export async function load(
  ports: Record<string, number>,
  { rate, seconds, seed }: { rate: number; seconds: number; seed: number },
): Promise<number> {
  const random = new Random(seed);
  const shares = cumulative(mix.map(({ share }) => share));
  const answers: Promise<unknown>[] = [];
  let failure: Error | undefined;
  const started = performance.now();
  for (let due = random.exponential(1 / rate); due < seconds; due += random.exponential(1 / rate)) {
    const { service, route, parameters, body } = mix[pick(shares, random)]!.make(random);
    const wait = started + due * 1000 - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    if (failure) throw failure;
    const answer = send(ports[service]!, route, parameters, body, {});
    answers.push(
      answer.catch((error: Error) => {
        failure = error;
      }),
    );
  }
  await Promise.all(answers);
  if (failure) throw failure;
  return answers.length;
}

function home(random: Random): EntryCall {
  const parameters = { user: user(random), count: String(random.integer(2, 16)) };
  return { service: "gateway", route: "GET /home/{user}", parameters };
}

/** One product in fifty does not exist. */
function product(random: Random): EntryCall {
  const id = random.uniform() < 0.02 ? String(productCount + random.integer(1, 100)) : productId(random);
  return { service: "gateway", route: "GET /products/{id}", parameters: { id } };
}

/** One search in eight finds nothing. */
function search(random: Random): EntryCall {
  const found = words[random.integer(0, words.length - 1)]!;
  const parameters = { words: random.uniform() < 0.125 ? `${found}x` : found };
  return { service: "gateway", route: "GET /search", parameters };
}

function add(random: Random): EntryCall {
  const body = { lines: lines(random, 1, 4) };
  return { service: "gateway", route: "POST /baskets/{user}", parameters: { user: user(random) }, body };
}

function checkout(random: Random): EntryCall {
  return { service: "gateway", route: "POST /checkout/{user}", parameters: { user: user(random) } };
}

function invoice(random: Random): EntryCall {
  return { service: "orders", route: "POST /invoices", parameters: {}, body: { lines: lines(random, 15, 45) } };
}

function lines(random: Random, low: number, high: number): Line[] {
  const count = random.integer(low, high);
  return Array.from({ length: count }, () => ({ product: productId(random), quantity: random.integer(1, 3) }));
}

function user(random: Random): string {
  return `u${random.integer(1, 80)}`;
}

function productId(random: Random): string {
  return String(pick(popularity, random) + 1);
}

/** Running sums, scaled to end at 1. */
function cumulative(weights: number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let sum = 0;
  return weights.map((weight) => {
    sum += weight;
    return sum / total;
  });
}

/** Index of the first running sum above a uniform draw. */
function pick(sums: number[], random: Random): number {
  const draw = random.uniform();
  let [low, high] = [0, sums.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sums[middle]! > draw) high = middle;
    else low = middle + 1;
  }
  return low;
}
