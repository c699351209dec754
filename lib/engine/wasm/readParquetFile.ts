/** Bytes of parquet-wasm's module, or the address to load them from. */
export type ParquetModule = string | URL | Uint8Array;

/**
 * A Parquet file as an Arrow IPC stream. Throws an Error of one line where the file is damaged or where its footer
 * claims different numbers of rows.
 */
export async function readParquetFile(path: string, content: Blob, module: ParquetModule): Promise<Uint8Array> {
  const parquet = await import("parquet-wasm/esm");
  await parquet.default({ module_or_path: module as string });
  const bytes = new Uint8Array(await content.arrayBuffer());
  let rows = 0;
  let stream: Uint8Array;
  try {
    // The asynchronous reader throws outside of any promise when it panics, this one to its caller.
    const table = parquet.readParquet(bytes, { batchSize: 65_536 });
    for (const batch of table.recordBatches()) rows += batch.numRows;
    stream = table.intoIPCStream();
  } catch (error) {
    const reason = error instanceof WebAssembly.RuntimeError ? "" : `: ${(error as Error).message ?? error}`;
    throw new Error(`${path}: damaged Parquet${reason}`.replace(/\s+/g, " "), { cause: error });
  }
  const metadata = (await parquet.ParquetFile.fromFile(content)).metadata();
  const groups = metadata.rowGroups();
  const claims = new Set([rows, metadata.fileMetadata().numRows(), sum(groups.map((group) => group.numRows()))]);
  for (const group of groups) {
    for (const column of group.columns()) {
      if (column.columnPath().length === 1 && column.numValues() !== group.numRows()) claims.add(column.numValues());
    }
  }
  if (claims.size === 1) return stream;
  throw new Error(`${path}: damaged Parquet footer: it claims different numbers of rows: ${[...claims].join(", ")}`);
}

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
