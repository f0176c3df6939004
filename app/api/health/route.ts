import { methodNotAllowed, publicRoute } from "@/lib/http/guard";

/** Liveness: the process answers. */
export const GET = publicRoute(() => Response.json({ status: "ok" }));

export const { OPTIONS, POST, PUT, PATCH, DELETE } = methodNotAllowed("GET", "HEAD");
