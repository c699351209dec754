import type { ModelComparison } from "./compareModels.ts";

/** The mean KS distances of all APIs as a sentence; says so where there is nothing to compare. */
export function meanDistances({ report }: Pick<ModelComparison, "report">): string {
  const { floor, gcm, simple } = report.mean.api;
  if (floor === null || gcm === null || simple === null) return "There are no held-out executions to compare with.";
  const [f, g, s] = [floor, gcm, simple].map((distance) => distance.toFixed(3));
  return `Weighted by executions, the mean KS distance is ${g} for the GCM and ${s} for simple statistics; the noise floor is ${f}.`;
}
