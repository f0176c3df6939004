import { methodNotAllowed, sessionRoute } from "@/lib/http/guard";
import { inspectItem, inspectRequest } from "@/lib/inspector/inspect";
import { Problem } from "@/lib/problem/problem";

/** How an item opened in this session (`?vendor=&item=`), or what a request did (`?request=`): an `Inspection`. */
export const GET = sessionRoute(({ request, session }) => {
  const { searchParams: query } = new URL(request.url);
  const requestId = query.get("request");
  const found = requestId
    ? inspectRequest(session, requestId)
    : inspectItem(session, query.get("vendor") ?? "", query.get("item") ?? undefined);
  if (!found) throw new Problem("not_found");
  return Response.json(found);
});

export const { HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = methodNotAllowed("GET");
