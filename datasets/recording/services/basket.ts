import type { Line, Product, Service } from "../service.ts";

const most = 6;
const baskets = new Map<string, Line[]>();

/** What each customer means to buy, in memory. */
export const basket: Service = {
  /** Concurrent calls, as many as the basket has lines: none to six. */
  "GET /baskets/{user}": async ({ call, parameters }) => {
    const lines = baskets.get(parameters.user ?? "") ?? [];
    const found = await Promise.all(
      lines.map(({ product }) => call("catalogue", "GET /products/{id}", { id: product })),
    );
    const total = found.reduce((sum, { body }, i) => sum + (body as Product).price * lines[i]!.quantity, 0);
    return { status: 200, body: { lines, total } };
  },

  /** A loop: one call after the other for each line given. What does not exist is left out. */
  "POST /baskets/{user}": async ({ call, parameters, body }) => {
    const known: Line[] = [];
    for (const line of (body as { lines: Line[] }).lines) {
      const { status } = await call("catalogue", "GET /products/{id}", { id: line.product });
      if (status === 200) known.push(line);
    }
    const user = parameters.user ?? "";
    const lines = [...(baskets.get(user) ?? []), ...known].slice(-most);
    baskets.set(user, lines);
    return { status: 200, body: { lines } };
  },

  "DELETE /baskets/{user}": async ({ parameters }) => {
    baskets.delete(parameters.user ?? "");
    return { status: 200, body: { lines: [] } };
  },
};
