import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { contentType } from "../../build/contentType.ts";
import { fileBelow, sendFile } from "../../build/sendFile.ts";

/** A web server that knows nothing but a folder's files. */
export async function serveStatically(folder: string): Promise<{ address: string; close(): void }> {
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname.slice(1));
    const file = await fileBelow(folder, path);
    if (file) await sendFile(request, response, file, contentType(file));
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close: () => server.close() };
}
