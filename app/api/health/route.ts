import { only, openRoute } from "@/lib/broker/guard";

/** Liveness: the process answers. */
export const GET = openRoute(() => Response.json({ status: "ok" }));

export const { OPTIONS, POST, PUT, PATCH, DELETE } = only("GET", "HEAD");
