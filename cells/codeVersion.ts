/**
 * A hash of the code that fits topologies. Bundlers put it here (build/codeVersion.ts); null where the sources run as they
 * are, so that nothing is known of their version and nothing is kept.
 */
export const codeVersion: string | null = null;
