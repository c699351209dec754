import { createHash } from "node:crypto";
import type { Line, Product, Reply, Request, Service } from "../service.ts";

/** The shop's front: every call of a customer enters here. */
export const gateway: Service = {
  /** Two concurrent calls. */
  "GET /home/{user}": async ({ call, parameters }) => {
    const [featured, basket] = await Promise.all([
      call("catalogue", "GET /featured", { count: parameters.count ?? "8" }),
      call("basket", "GET /baskets/{user}", { user: parameters.user ?? "" }),
    ]);
    return page("home", [featured.body, basket.body]);
  },

  /** One call, then a choice: only what is on sale is priced anew, and a price that fails is asked for once more. */
  "GET /products/{id}": async ({ call, parameters }) => {
    const found = await call("catalogue", "GET /products/{id}", { id: parameters.id ?? "" });
    if (found.status !== 200) return found;
    const product = found.body as Product;
    if (!product.on_sale) return page("product", product);
    const lines: Line[] = [{ product: product.id, quantity: 1 }];
    let quote = await call("pricing", "POST /quotes", {}, { lines });
    if (quote.status === 503) quote = await call("pricing", "POST /quotes", {}, { lines });
    return page("product", [product, quote.body]);
  },

  /** One slow call, and a second one where nothing was found. */
  "GET /search": async ({ call, parameters }) => {
    const found = await call("catalogue", "GET /search", { words: parameters.words ?? "" });
    if ((found.body as Product[]).length > 0) return page("search", found.body);
    return page("search", (await call("catalogue", "GET /featured", { count: "4" })).body);
  },

  "POST /baskets/{user}": ({ call, parameters, body }) =>
    call("basket", "POST /baskets/{user}", { user: parameters.user ?? "" }, body),

  /** Up to three calls in sequence: an empty basket needs but one, an order that cannot be priced keeps its basket. */
  "POST /checkout/{user}": checkOut,
};

async function checkOut({ call, parameters }: Request): Promise<Reply> {
  const user = parameters.user ?? "";
  const basket = await call("basket", "GET /baskets/{user}", { user });
  const { lines } = basket.body as { lines: Line[] };
  if (lines.length === 0) return { status: 409, body: { error: "the basket is empty" } };
  const order = await call("orders", "POST /orders", {}, { user, lines });
  if (order.status < 500) await call("basket", "DELETE /baskets/{user}", { user });
  return order;
}

/** Renders a page: HTML of what the services gave, and its digest. */
function page(title: string, content: unknown): Reply {
  const html = `<h1>${title}</h1>${JSON.stringify(content, null, 1).replaceAll("<", "&lt;").replaceAll("\n", "<br>")}`;
  return { status: 200, body: { html, etag: createHash("sha256").update(html).digest("hex") } };
}
