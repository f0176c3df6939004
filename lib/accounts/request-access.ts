import "server-only";
/** A user asks for an item that is not shared with them: an audit event, which administrators filter for. */
import { z } from "zod";
import { audit } from "@/lib/broker/audit";
import { isDisabled } from "@/lib/broker/policy";
import { countMessage } from "@/lib/broker/rate-limit";
import { actionRoute, type RouteHandler } from "@/lib/http/guard";
import { Problem } from "@/lib/problem/problem";
import { vendorByRoute } from "@/lib/vendors/configured";

const body = z.strictObject({ page: z.string().regex(/^\/[a-z0-9-]{1,50}\/[a-z0-9-]{1,100}$/) });

/** `POST {page}` → 204. The answer does not tell whether there is such an item. */
export const requestAccess: RouteHandler = actionRoute(
  undefined,
  body,
  async ({ session, requestId, body: { page } }) => {
    await countMessage(session.user.id);
    if (isDisabled(session.user)) throw new Problem("user_disabled");
    const [, section = "", item = ""] = page.split("/");
    await audit({
      requestId,
      userId: session.user.id,
      action: "request-access",
      outcome: "ok",
      vendor: vendorByRoute(section)?.vendor.id,
      item,
    });
    return new Response(null, { status: 204 });
  },
);
