import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { goNames, stateNames } from "../../lib/export/goNames.ts";
import { patternsTopology } from "../topology/patternsTopology.ts";
import { hostileTopologies } from "./go/hostileTopologies.ts";

const api = (name: string, service = "cart") => ({
  ...patternsTopology().apis[0]!,
  id: `${service} ${name}`,
  service,
  name,
});
const cart = { id: "cart", name: "cart" };

function methods(...names: string[]): Record<string, string> {
  const found = goNames({ services: [cart], apis: names.map((name) => api(name)) });
  return Object.fromEntries([...found.apis].map(([id, method]) => [id.slice("cart ".length), method]));
}

describe("goNames", () => {
  it("names what collides by a hash of its id, whatever else there is and in whatever order", () => {
    const all = methods("GET /cart", "get-cart", "get cart", "add", "run");
    expect(all).toMatchObject({ add: "Add", run: "ApiRun" });
    for (const name of ["GET /cart", "get-cart", "get cart"]) expect(all[name]).toMatch(/^GetCartX[0-9a-f]{6}$/);
    expect(methods("get cart", "more", "get-cart")).toEqual({
      ...{ "get cart": all["get cart"], "get-cart": all["get-cart"], more: "More" },
    });
  });

  it("leaves a name that needs no cleaning to who has it", () => {
    const { GetCart, "get-cart": other } = methods("get-cart", "GetCart");
    expect(GetCart).toBe("GetCart");
    expect(methods("x", "GetCart")).toMatchObject({ GetCart: "GetCart" });
    expect(other).toMatch(/^GetCartX[0-9a-f]{6}$/);
  });

  it("names services so too, and those that are called as a package of the export", () => {
    const services = ["cart service", "cart_service", "api", "Pay"].map((name) => ({ id: `${name}!`, name }));
    const types = [...goNames({ services, apis: [] }).services.values()].map(({ type }) => type);
    const hash = expect.stringMatching(/^(Cart|Api)X[0-9a-f]{6}Service$/);
    expect(types).toEqual([hash, hash, hash, "PayService"]);
    expect(new Set(types).size).toBe(4);
  });

  it("keeps the names of colliding APIs when others come and go: hostile topologies", () => {
    fc.assert(
      fc.property(hostileTopologies, fc.nat(), ({ services, apis }, number) => {
        const all = goNames({ services, apis });
        const gone = apis[number % apis.length]!;
        const left = goNames({ services, apis: apis.filter((each) => each !== gone) });
        const hashed = [...all.apis].filter(([id, method]) => id !== gone.id && /X[0-9a-f]{6,}$/.test(method));
        const serviceOf = new Map(apis.map(({ id, service }) => [id, service]));
        const twins = (id: string) =>
          [...all.apis].filter(
            ([other, method]) =>
              other !== id && serviceOf.get(other) === serviceOf.get(id) && sameBase(method, all.apis.get(id)!),
          ).length;
        // Where two collided and one goes, the other has the name to itself.
        for (const [id, method] of hashed) if (twins(id) > 1) expect(left.apis.get(id)).toBe(method);
        const reversed = goNames({ services: services.toReversed(), apis: apis.toReversed() });
        expect(new Map([...reversed.apis].sort())).toEqual(new Map([...all.apis].sort()));
      }),
      { numRuns: 200 },
    );
  });
});

function sameBase(one: string, other: string): boolean {
  const base = (name: string) => name.replace(/X[0-9a-f]{6,}$/, "").toLowerCase();
  return base(one) === base(other);
}

describe("stateNames", () => {
  it("names states by their ids, safely and uniquely", () => {
    const { pfa, ...rest } = patternsTopology().apis[0]!;
    const ids = ["start", "s1", "S1", "s 1", "日本", "*/ x", "finish"];
    const states = ids.map((id) => ({ ...pfa.states[0]!, id }));
    const names = stateNames({ ...rest, pfa: { ...pfa, states } });
    const of = (id: string) => names.get(id)!;
    expect([of("start"), of("*/ x"), of("日本")]).toEqual(["stateStart", "stateX", "stateUnnamed"]);
    expect(new Set([...names.values()].map((name) => name.toLowerCase())).size).toBe(ids.length);
    for (const name of names.values()) expect(name).toMatch(/^state[A-Z][A-Za-z0-9]*$/);
    expect(stateNames(patternsTopology().apis[0]!).get("s1")).toBe("stateS1");
  });
});
