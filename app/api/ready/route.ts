import { readiness } from "@/lib/health/readiness";
import { methodNotAllowed, publicRoute } from "@/lib/http/guard";

/** Readiness: the store and one line per vendor; 503 while the store does not answer. */
export const GET = publicRoute(async () => {
  const report = await readiness();
  return Response.json(report, { status: report.ready ? 200 : 503 });
});

export const { OPTIONS, POST, PUT, PATCH, DELETE } = methodNotAllowed("GET", "HEAD");
