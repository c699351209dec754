import { expect, test } from "vitest";
import { observe } from "../../../build/page/observe.ts";

test("observe yields the newest value to each pull, and stops listening when it is returned", async () => {
  let notify: (value: number) => void = () => {};
  let disposed = 0;
  const values = observe<number>((tell) => {
    notify = tell;
    return () => disposed++;
  });
  notify(1);
  notify(2);
  expect(await values.next()).toEqual({ done: false, value: 2 });
  const later = values.next();
  notify(3);
  expect(await later).toEqual({ done: false, value: 3 });
  const never = values.next();
  await values.return(undefined);
  expect(await never).toEqual({ done: true, value: undefined });
  expect(await values.return(undefined)).toEqual({ done: true, value: undefined });
  expect(disposed).toBe(1);
});
