import { actionRoute, methodNotAllowed } from "@/lib/http/guard";
import { keepSteps, stepsBody } from "@/lib/inspector/steps";

/** `{opening, item?, steps}` → 204: the browser's half of an opening of this session. */
export const POST = actionRoute(undefined, stepsBody, ({ session, body }) => {
  keepSteps(session, body);
  return new Response(null, { status: 204 });
});

export const { GET, HEAD, OPTIONS, PUT, PATCH, DELETE } = methodNotAllowed("POST");
