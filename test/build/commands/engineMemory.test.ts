import { expect, test } from "vitest";
import { engineMemory } from "../../../build/commands/engineMemory.ts";

test("leaves a process what it takes beside its engine", () => {
  expect(["4GB", "2 GB", "1GB", "500MB"].map(engineMemory)).toEqual([3.1e9, 1.1e9, 0.5e9, 0.25e9]);
});
