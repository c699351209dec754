import { queryContract } from "./contract.ts";
import { makeSamples } from "./samples.ts";
import { scanContract } from "./scanContract.ts";
import { openWasmInNode } from "./wasmInNode.ts";

queryContract("duckdb-wasm", openWasmInNode);

async function openWithFiles() {
  const engine = await openWasmInNode();
  const put = async (name: string, bytes: Uint8Array) => {
    engine.register(name, bytes);
    return name;
  };
  return { engine, put };
}

scanContract("duckdb-wasm", openWithFiles, makeSamples);
