import pg from "pg";
import { Random } from "../random.ts";

/** Rows of the table; ids run from 1. */
export const productCount = 5000;

const syllables = ["ba", "ce", "di", "fo", "gu", "ka", "le", "mi", "no", "pu", "ra", "se", "ti", "vo", "zu"];

/** The words that descriptions are made of; a search for any of them finds something. */
export const words: readonly string[] = syllables.flatMap((first) =>
  syllables.map((second) => `${first}${second}${syllables[(first.charCodeAt(0) + second.charCodeAt(1)) % 15]}`),
);

/** Creates and fills the table `products`: descriptions of 100 to some 4,000 bytes, an index on id and one on category. */
export async function createProducts(url: string): Promise<void> {
  const random = new Random(3);
  const word = (): string => words[random.integer(0, words.length - 1)]!;
  const rows = Array.from({ length: productCount }, (_, i) => [
    i + 1,
    `${word()} ${word()}`,
    random.integer(0, 49),
    random.integer(100, 99_999),
    random.uniform() < 0.4,
    // Most products are plentiful, a few run out while the recording lasts.
    random.uniform() < 0.01 ? random.integer(0, 2) : 1_000_000,
    Array.from({ length: Math.ceil(Math.min(600, 15 + random.lognormal(100, 1))) }, word).join(" "),
  ]);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`CREATE TABLE products (id INTEGER PRIMARY KEY, name TEXT NOT NULL, category INTEGER NOT NULL,
      price INTEGER NOT NULL, on_sale BOOLEAN NOT NULL, stock INTEGER NOT NULL, description TEXT NOT NULL)`);
    await client.query("CREATE INDEX ON products (category)");
    await client.query(
      `INSERT INTO products
       SELECT * FROM unnest($1::int[], $2::text[], $3::int[], $4::int[], $5::boolean[], $6::int[], $7::text[])`,
      [0, 1, 2, 3, 4, 5, 6].map((column) => rows.map((row) => row[column])),
    );
    await client.query("ANALYZE products");
  } finally {
    await client.end();
  }
}
