import { describe, expect, it } from "vitest";
import { ElementBytes } from "../../lib/traces/elementBytes.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (found: Uint8Array | null) => found && new TextDecoder().decode(found);

describe("ElementBytes", () => {
  it("joins the pieces of an element, and forgets them", () => {
    const held = new ElementBytes(10_000);
    for (const length of [3, 900, 2000]) {
      held.append(bytes("a".repeat(length)));
      held.append(bytes("b"));
      expect(text(held.whole(bytes("c")))).toBe(`${"a".repeat(length)}bc`);
      held.clear();
    }
    expect(text(held.whole(bytes("alone")))).toBe("alone");
  });

  it("keeps no more than the limit, and the beginning of what exceeds it", () => {
    const held = new ElementBytes(5);
    held.append(bytes("abc"));
    expect(text(held.whole(bytes("de")))).toBe("abcde");
    held.clear();
    held.append(bytes("abc"));
    expect(held.whole(bytes("def"))).toBeNull();
    expect(text(held.beginning(bytes("def"), 4))).toBe("abcd");
    held.append(bytes("defg"));
    expect(text(held.beginning(bytes("h"), 200))).toBe("abcde");
  });
});
