import { z } from "zod";
import { noteEmbedFailure, noteEmbedSuccess } from "@/lib/broker/vendor-troubles";
import { liveStatuses } from "@/lib/health/live-status";
import { actionRoute, methodNotAllowed, sessionRoute } from "@/lib/http/guard";
import { isProblemCode } from "@/lib/problem/codes";
import { Problem } from "@/lib/problem/problem";
import { configuredVendor } from "@/lib/vendors/configured";

/** `{vendors}`: the user's status at each vendor, as the dots show it. */
export const GET = sessionRoute(async ({ session }) => Response.json({ vendors: await liveStatuses(session) }));

const body = z.strictObject({
  vendor: z.string().min(1).max(50),
  interactive: z.literal(true).optional(),
  code: z.string().max(50).refine(isProblemCode).optional(),
});

/** What an embed of this session has met → 204. It changes this session's own status, and no one else's. */
export const POST = actionRoute(undefined, body, async ({ session, body: { vendor, interactive, code } }) => {
  if (!configuredVendor(vendor)) throw new Problem("vendor_unconfigured");
  if (interactive) noteEmbedSuccess(session.id, vendor);
  else if (isProblemCode(code)) noteEmbedFailure(session.id, vendor, code);
  return new Response(null, { status: 204 });
});

export const { OPTIONS, PUT, PATCH, DELETE } = methodNotAllowed("GET", "HEAD", "POST");
