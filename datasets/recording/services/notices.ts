import { scrypt } from "node:crypto";
import { promisify } from "node:util";
import type { Service } from "../service.ts";

const derive = promisify(scrypt) as (password: string, salt: string, length: number) => Promise<Buffer>;

/** Letters to customers, sealed: slow enough that it outlives the order that asked for it. */
export const notices: Service = {
  "POST /notices": async ({ body }) => {
    const { user } = body as { user: string };
    const seal = await derive(JSON.stringify(body), user, 64);
    return { status: 202, body: { seal: seal.toString("hex") } };
  },
};
