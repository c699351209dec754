import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import { queryContract } from "./contract.ts";
import { makeSamples } from "./samples.ts";
import { scanContract } from "./scanContract.ts";
import { withFolder } from "./withFolder.ts";

queryContract("duckdb-node", () => openDuckDBNode());
scanContract("duckdb-node", () => withFolder(() => openDuckDBNode()), makeSamples);
