import { only, openRoute } from "@/lib/http/guard";

/** Liveness: the process answers. */
export const GET = openRoute(() => Response.json({ status: "ok" }));

export const { OPTIONS, POST, PUT, PATCH, DELETE } = only("GET", "HEAD");
