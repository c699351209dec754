import { type Table, tableToIPC } from "apache-arrow";
import type { ParquetModule } from "./readParquetFile.ts";

/** The rows as a Parquet file, compressed by Snappy. The module is loaded when it is first needed. */
export async function writeParquetFile(rows: Table, module: ParquetModule): Promise<Uint8Array<ArrayBuffer>> {
  const parquet = await import("parquet-wasm/esm");
  await parquet.default({ module_or_path: module as string });
  const table = parquet.Table.fromIPCStream(tableToIPC(rows, "stream"));
  const properties = new parquet.WriterPropertiesBuilder().setCompression(parquet.Compression.SNAPPY).build();
  return parquet.writeParquet(table, properties) as Uint8Array<ArrayBuffer>;
}
