import type { Parameter } from "../engine.ts";

/** A parameter as JSON can carry it. */
export type WireParameter = string | number | boolean | null | { number: string } | { bigint: string };

export function encodeParameter(value: Parameter): WireParameter {
  if (typeof value === "bigint") return { bigint: String(value) };
  return typeof value === "number" && !Number.isFinite(value) ? { number: String(value) } : value;
}

export function decodeParameter(value: WireParameter): Parameter {
  if (typeof value !== "object" || value === null) return value;
  return "bigint" in value ? BigInt(value.bigint) : Number(value.number);
}
