import type { Plugin } from "esbuild";

export declare const sourceAddress: Plugin;
