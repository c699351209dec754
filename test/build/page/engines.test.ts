import { expect, test } from "vitest";
import { embedded, engines } from "../../../build/page/engines.ts";
import type { Engine } from "../../../lib/engine/engine.ts";

test("opens an engine once by its address, and again after it could not be opened", async () => {
  let [opened, failed] = [0, 0];
  const choice = engines({
    [embedded]: async () => ({ number: ++opened }) as unknown as Engine,
    "trino://host/c/s": async () => {
      throw new Error(`down ${++failed}`);
    },
  });
  expect(choice.addresses).toEqual(["duckdb", "trino://host/c/s"]);
  expect(await choice.open("duckdb")).toBe(await choice.open("duckdb"));
  expect(opened).toBe(1);
  await expect(choice.open("trino://host/c/s")).rejects.toThrow("down 1");
  await expect(choice.open("trino://host/c/s")).rejects.toThrow("down 2");
});

test("says how to come by an engine that it does not have", async () => {
  const choice = engines({ [embedded]: async () => ({}) as Engine });
  for (const address of ["trino://other/c/s", "constructor"])
    await expect(choice.open(address)).rejects.toThrow(
      `${address}: this notebook has the engine duckdb; palette serve --engine '${address}' starts a workbench that has this one`,
    );
});
