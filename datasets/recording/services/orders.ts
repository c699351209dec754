import type { Line, Service } from "../service.ts";

/** Orders of customers, and invoices for the back office, which calls this service directly. */
export const orders: Service = {
  /** A loop of reservations, then a quote, then a notice that nobody waits for. */
  "POST /orders": async ({ call, body }) => {
    const { user, lines } = body as { user: string; lines: Line[] };
    for (const { product, quantity } of lines) {
      const reserved = await call("catalogue", "POST /products/{id}/reservations", { id: product }, { quantity });
      if (reserved.status !== 201) return reserved;
    }
    const quote = await call("pricing", "POST /quotes", {}, { lines });
    if (quote.status !== 200) return { status: 502, body: quote.body };
    void call("notices", "POST /notices", {}, { user, quote: quote.body });
    return { status: 201, body: quote.body };
  },

  /** One quote for many lines: the same API as above, asked for about seven times the work. */
  "POST /invoices": async ({ call, body }) => {
    const { lines } = body as { lines: Line[] };
    const quote = await call("pricing", "POST /quotes", {}, { lines });
    return quote.status === 200 ? { status: 201, body: quote.body } : { status: 502, body: quote.body };
  },
};
