import { expect, test } from "vitest";
import { localPackage } from "../../build/localPackage.ts";

test("localPackage finds the package of an npm: specifier and of notebook-kit's CDN address", () => {
  expect(localPackage("npm:d3")).toBe("d3");
  expect(localPackage("npm:d3@7/dist/d3.js")).toBe("d3/dist/d3.js");
  expect(localPackage("npm:@observablehq/plot@^0.6")).toBe("@observablehq/plot");
  expect(localPackage("https://cdn.jsdelivr.net/npm/d3/+esm")).toBe("d3");
  expect(localPackage("https://cdn.jsdelivr.net/npm/@duckdb/duckdb-wasm@1.32.0/+esm")).toBe("@duckdb/duckdb-wasm");
  expect(localPackage("https://example.com/d3.js")).toBeUndefined();
  expect(localPackage("jsr:@std/path")).toBeUndefined();
});
