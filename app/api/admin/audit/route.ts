import { audit } from "@/lib/broker/audit";
import { auditCsv } from "@/lib/broker/audit-csv";
import { readFilter } from "@/lib/broker/audit-filter";
import { allAuditEntries } from "@/lib/broker/audit-log";
import { adminRoute, methodNotAllowed } from "@/lib/http/guard";

/** The audit page's filter → the same events as a CSV file, all of them. */
export const GET = adminRoute(async ({ request, session, requestId }) => {
  const filter = readFilter(Object.fromEntries(new URL(request.url).searchParams));
  await audit({ requestId, userId: session.user.id, action: "admin", outcome: "ok", item: "export" });
  const day = new Date().toISOString().slice(0, 10);
  return new Response(auditCsv(allAuditEntries(filter)), {
    headers: {
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": `attachment; filename="audit-${day}.csv"`,
    },
  });
});

export const { OPTIONS, POST, PUT, PATCH, DELETE } = methodNotAllowed("GET", "HEAD");
