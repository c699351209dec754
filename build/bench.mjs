#!/usr/bin/env node
/** Runs the benches: `npm run bench`, or `npm run bench -- simulate read` for those whose names contain a word. */
import "./typescript.mjs";

try {
  const { runBenches } = await import("./runBenches.ts");
  await runBenches(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`bench: ${process.env.PALETTE_DEBUG ? error.stack : error.message}\n`);
  process.exitCode = 1;
}
