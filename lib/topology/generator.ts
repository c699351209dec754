import manifest from "../../package.json" with { type: "json" };

/** What a topology's provenance says made it. */
export const generator = `palette ${manifest.version}`;
