import { pbkdf2Sync } from "node:crypto";
import { Random } from "../../random.ts";
import type { Line, Service } from "../service.ts";

const random = new Random(7);

/** What a purchase costs today, signed: work for the processor, in proportion to the lines. */
export const pricing: Service = {
  /** One call in fifty fails before any work is done. */
  "POST /quotes": async ({ body }) => {
    if (random.uniform() < 0.02) return { status: 503, body: { error: "price list is being changed" } };
    const { lines } = body as { lines: Line[] };
    const quotes = lines.map(({ product, quantity }) => {
      const rounds = 250 + 250 * (Number(product) % 7);
      return { product, quantity, signature: pbkdf2Sync(product, "prices", rounds, 32, "sha256").toString("hex") };
    });
    return { status: 200, body: { quotes } };
  },
};
