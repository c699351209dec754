import fc from "fast-check";

/** Property tests draw the same inputs in every run; another PALETTE_SEED searches further. */
fc.configureGlobal({ seed: Number(process.env.PALETTE_SEED ?? 1) });
