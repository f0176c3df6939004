import { openRoute } from "@/lib/broker/guard";

/** Liveness: the process answers. */
export const GET = openRoute(() => Response.json({ status: "ok" }));
