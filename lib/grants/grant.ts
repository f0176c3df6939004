import "server-only";
/** The broker, with the registry's vendors: what pages and route handlers call. */
import { z } from "zod";
import { oidcTokensOf } from "@/lib/auth/oidc-tokens";
import { grant } from "@/lib/broker/broker";
import { endSession } from "@/lib/broker/end-session";
import { settleRevocations, type VendorLookup } from "@/lib/broker/revocations";
import type { PortalSession } from "@/lib/broker/user";
import { actionRoute, type RouteHandler } from "@/lib/http/guard";
import { localeOf, timeZoneOf } from "@/lib/http/request-locale";
import { isProblem, Problem, problemBody } from "@/lib/problem/problem";
import { hop } from "@/lib/trace/trace";
import { configuredVendor } from "@/lib/vendors/configured";
import type { Streamed } from "./grant-query";

export interface GrantOrder {
  readonly session: PortalSession;
  readonly vendorId: string;
  readonly slug?: string;
  readonly renew?: boolean;
  readonly requestId: string;
  /** The request's headers, for its language and time zone. */
  readonly headers: Headers;
}

/**
 * One grant for one embed of a registered vendor.
 *
 * @throws Problem, audited
 */
export async function grantFor(order: GrantOrder): Promise<object> {
  const configured = configuredVendor(order.vendorId);
  if (!configured) throw new Problem("vendor_unconfigured");
  return grant({
    vendor: configured.vendor,
    config: configured.config,
    sandboxed: configured.sandboxed,
    session: order.session,
    slug: order.slug,
    renew: order.renew ?? false,
    requestId: order.requestId,
    locale: localeOf(order.headers),
    timeZone: timeZoneOf(order.headers),
    oidcTokens: () => oidcTokensOf(order.session),
  });
}

/** The same for the stream into a page: a refusal becomes a value, so that the frame can show it at once. */
export async function streamedGrantFor(order: GrantOrder): Promise<Streamed<object>> {
  const streamed = await streamedOf(order);
  hop("streamed", () => undefined, { decision: streamed.problem ? "refused" : "granted" });
  return streamed;
}

async function streamedOf(order: GrantOrder): Promise<Streamed<object>> {
  try {
    return { grant: await grantFor(order), at: Date.now(), requestId: order.requestId };
  } catch (error) {
    if (!isProblem(error)) throw error;
    const { code, detail, requestId, retryAfter } = problemBody(error, order.requestId);
    return { problem: { code, detail, requestId, retryAfter }, at: Date.now(), requestId };
  }
}

const slug = z.string().min(1).max(100);

async function answerWithGrant(order: GrantOrder): Promise<Response> {
  const grant = await grantFor(order);
  return hop("answered", () => Response.json(grant), { decision: "granted" });
}

/** A vendor's grant route whose body names the item: `{item, renew?}`. */
export const itemGrantRoute = (vendorId: string): RouteHandler =>
  actionRoute(vendorId, z.strictObject({ item: slug, renew: z.boolean().optional() }), async (context) =>
    answerWithGrant({
      session: context.session,
      vendorId,
      slug: context.body.item,
      renew: context.body.renew,
      requestId: context.requestId,
      headers: context.request.headers,
    }),
  );

/** A vendor's grant route for a grant that serves every item: `{renew?}`. */
export const vendorGrantRoute = (vendorId: string): RouteHandler =>
  actionRoute(vendorId, z.strictObject({ renew: z.boolean().optional() }), async (context) =>
    answerWithGrant({
      session: context.session,
      vendorId,
      renew: context.body.renew,
      requestId: context.requestId,
      headers: context.request.headers,
    }),
  );

/** Finds a vendor for the revocations. */
export const findVendor: VendorLookup = (id) => configuredVendor(id);

/**
 * Ends a portal session and its connections. Waits only briefly for the vendors: unconfirmed revocations stay queued and
 * are retried.
 *
 * @param patienceMs how long to wait
 */
export async function endPortalSession(session: PortalSession, patienceMs = 1_500): Promise<void> {
  await endSession(session);
  await settleRevocations(findVendor, patienceMs);
}
