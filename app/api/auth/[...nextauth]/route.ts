import { after, type NextRequest } from "next/server";
import { authRoute } from "@/lib/auth/route";
import { runRevocations } from "@/lib/broker/revocations";
import { findVendor } from "@/lib/grants/grant";
import { methodNotAllowed, passthroughRoute } from "@/lib/http/guard";

export const GET = passthroughRoute(async (request: NextRequest) => {
  // Signing in ends the previous session of this browser, so its vendor connections are revoked right away.
  if (request.nextUrl.pathname.endsWith("/callback/oidc")) after(() => runRevocations(findVendor));
  return authRoute(request);
});

export const { OPTIONS, POST, PUT, PATCH, DELETE } = methodNotAllowed("GET", "HEAD");
