import { randomUUID } from "node:crypto";
import { z } from "zod";

/** The id that proxy.ts gave a request, for pages, actions and the routes it runs for; a new one when there is none. */
export function requestIdOf(headers: Headers): string {
  const given = headers.get("x-request-id");
  return given && z.uuid().safeParse(given).success ? given : randomUUID();
}
