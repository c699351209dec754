import { expect, test } from "vitest";
import { trinoAddress } from "../../../lib/engine/trino/trinoAddress.ts";

test("reads host, user, place, kept tables and session properties", () => {
  expect(trinoAddress("trino://me@host:8443/hive/lake?https=true&tables=june&retry_policy=TASK")).toEqual({
    origin: "https://host:8443",
    user: "me",
    catalog: "hive",
    schema: "lake",
    tables: "june",
    session: { retry_policy: "TASK" },
  });
  expect(trinoAddress("trino://host/c/s").origin).toBe("http://host:8080");
  expect(trinoAddress("trino://host:443/c/s").origin).toBe("https://host:443");
});

test("refuses other addresses in one line, and shows no password", () => {
  const refused = (address: string) => {
    try {
      return trinoAddress(address).origin;
    } catch (error) {
      return (error as Error).message;
    }
  };
  expect(refused("trino://me:secret@host/c/s")).toBe(
    "trino://me:…@host/c/s: a password belongs into the environment, as TRINO_PASSWORD",
  );
  expect(refused("trino://host/c")).toMatch(/names no catalog and schema, trino:\/\/user@host:port\/catalog\/schema/);
  expect(refused("http://host/c/s")).toMatch(/no address of a Trino/);
  expect(refused("trino://host/c/s?tables=A-B")).toMatch(/small letters/);
});
