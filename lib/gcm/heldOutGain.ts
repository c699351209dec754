/** What a node makes of traces that it was not fitted to. */
export interface HeldOutGain {
  /** Mean gain in log-likelihood, nats a trace. */
  gain: number;
  /** Standard error of that mean. */
  error: number;
}

/** What traces gain in log-likelihood from one model to another. */
export function heldOutGain(after: readonly number[], before: readonly number[]): HeldOutGain {
  const gains = after.map((likelihood, trace) => likelihood - before[trace]!);
  const gain = gains.reduce((sum, each) => sum + each, 0) / gains.length;
  const variance = gains.reduce((sum, each) => sum + (each - gain) ** 2, 0) / (gains.length - 1);
  return { gain, error: Math.sqrt(variance / gains.length) };
}
