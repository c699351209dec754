import type { ActiveSpan } from "./tracer.ts";

/** A request as a handler sees it. */
export interface Request {
  span: ActiveSpan;
  /** Values of the route's `{…}`, by name, and of the query string. */
  parameters: Record<string, string>;
  /** The parsed JSON body; undefined without one. */
  body: unknown;
  /** Calls another service; the promise resolves with its answer, whatever the status. */
  call(service: string, route: string, parameters?: Record<string, string>, body?: unknown): Promise<Reply>;
  /** Runs SQL in the database, under a client span named `summary`. */
  query<Row>(summary: string, sql: string, values?: readonly unknown[]): Promise<Row[]>;
}

export interface Reply {
  status: number;
  body: unknown;
}

/** A service: its handlers by route, such as `GET /products/{id}`. */
export type Service = Record<string, (request: Request) => Promise<Reply>>;

/** A line of a basket, an order or a quote. */
export interface Line {
  product: string;
  quantity: number;
}

/** A row of the table `products`, as the catalogue gives it out. */
export interface Product {
  id: string;
  name: string;
  category: number;
  /** Euro cents. */
  price: number;
  on_sale: boolean;
  description: string;
}
