import type { Product, Service } from "../service.ts";

/** Products held in front of the database; the one unused for longest makes room. */
const capacity = 250;
const cache = new Map<string, Product>();

const columns = "id::text, name, category, price, on_sale, description";

/** What there is to buy: a table in PostgreSQL. */
export const catalogue: Service = {
  /** A cache in front of an indexed query. `cache.hit` on the span says which of the two answered. */
  "GET /products/{id}": async ({ span, query, parameters }) => {
    const id = parameters.id ?? "";
    const held = cache.get(id);
    span.set("cache.hit", held !== undefined);
    const [product] = held
      ? [held]
      : await query<Product>("SELECT product", `SELECT ${columns} FROM products WHERE id = $1`, [id]);
    if (!product) return { status: 404, body: { error: "no such product" } };
    keep(product);
    return { status: 200, body: product };
  },

  /** An indexed query with a varying number of rows. */
  "GET /featured": async ({ query, parameters }) => {
    const rows = await query<Product>(
      "SELECT featured",
      `SELECT ${columns} FROM products WHERE category = $1 ORDER BY price DESC, id LIMIT $2`,
      [new Date().getSeconds() % 50, Number(parameters.count ?? 8)],
    );
    return { status: 200, body: rows };
  },

  /** A query without an index: every description is read. */
  "GET /search": async ({ query, parameters }) => {
    const rows = await query<Product>(
      "SELECT search",
      `SELECT ${columns} FROM products WHERE description ILIKE '%' || $1 || '%' ORDER BY price, id LIMIT 10`,
      [parameters.words ?? ""],
    );
    return { status: 200, body: rows };
  },

  /** A write, whose commit waits for the disk. */
  "POST /products/{id}/reservations": async ({ query, parameters, body }) => {
    const { quantity } = body as { quantity: number };
    const rows = await query<{ stock: number }>(
      "UPDATE stock",
      "UPDATE products SET stock = stock - $2 WHERE id = $1 AND stock >= $2 RETURNING stock",
      [parameters.id, quantity],
    );
    return rows[0] ? { status: 201, body: rows[0] } : { status: 409, body: { error: "out of stock" } };
  },
};

function keep(product: Product): void {
  cache.delete(product.id);
  cache.set(product.id, product);
  if (cache.size > capacity) cache.delete(cache.keys().next().value ?? "");
}
