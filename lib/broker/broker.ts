import "server-only";
import { everyone } from "@/lib/config/portal";
/**
 * The broker: session → rate limit → policy → vendor account → connection → mint → audit. Pages and route handlers both
 * call it, and all the browser contributes is a slug.
 */
import { log } from "@/lib/log";
import { isProblem, Problem } from "@/lib/problem/problem";
import { readCredential } from "@/lib/store/credentials";
import { type Facts, hop, note, record } from "@/lib/trace/trace";
import { type AuditEvent, audit, outcomeOf } from "./audit";
import type { ConnectionKey, LiveConnection } from "./connection-key";
import { currentConnection, obtainConnection, updateConnection } from "./connections";
import { connectMs } from "./lease";
import { type Admitted, accountFor, mappingRule, permittedItem, policyRule } from "./policy";
import { requirePrintable } from "./printable";
import { countGrant } from "./rate-limit";
import type { PortalSession } from "./user";
import { isConnectionLost, type OidcTokens, type UserContext, type VendorAdapter } from "./vendor-adapter";
import { noteGrantFailure, noteGrantSuccess } from "./vendor-troubles";

export interface GrantRequest<Config, State extends object, Grant extends object> {
  readonly vendor: VendorAdapter<Config, State, Grant>;
  readonly config: Config;
  /** True when the sandbox serves this vendor: only then may a persona have a grant. */
  readonly sandboxed: boolean;
  readonly session: PortalSession;
  /** The item's slug; absent for vendors whose grant works for every item. */
  readonly slug?: string;
  /** The browser's current grant was refused or is about to expire. */
  readonly renew: boolean;
  readonly requestId: string;
  readonly locale: string;
  readonly timeZone: string | null;
  /** The tokens of the session's own sign-in, for vendors behind the same identity provider. */
  readonly oidcTokens: () => Promise<OidcTokens | null>;
}

/**
 * One grant for one embed.
 *
 * @throws Problem with the reason; it has been audited by then
 */
export function grant<Config, State extends object, Grant extends object>(
  request: GrantRequest<Config, State, Grant>,
): Promise<Grant> {
  const { vendor, session, renew, requestId, slug } = request;
  const kind = renew ? "renew" : slug === undefined ? "call" : "open";
  const about = { root: "open", method: "GRANT", path: vendor.id, kind, vendor: vendor.id } as const;
  return record({ ...about, requestId, session, item: slug }, () => audited(request));
}

async function audited<Config, State extends object, Grant extends object>(
  request: GrantRequest<Config, State, Grant>,
): Promise<Grant> {
  const { vendor, session, renew, requestId } = request;
  const started = performance.now();
  const event = {
    requestId,
    userId: session.user.id,
    vendor: vendor.id,
    item: request.slug,
    action: renew ? "renew" : "mint",
  } as const;
  let account: string | undefined;
  let requestedAccess: AuditEvent["requestedAccess"];
  try {
    const allowed = await allow(request);
    account = allowed.account;
    requestedAccess = vendor.requestedAccess?.(allowed.item, request.config);
    const result = await mint(request, allowed);
    noteGrantSuccess(session.id, vendor.id);
    await audit({ ...event, account, requestedAccess, outcome: "ok", durationMs: performance.now() - started });
    return result;
  } catch (error) {
    const problem = asProblem(error, vendor.name, requestId);
    note({ code: problem.code, reference: problem.options.reference });
    noteGrantFailure(session.id, vendor.id, problem.code);
    await audit({
      ...event,
      account,
      requestedAccess,
      // Once there is an account, all that can fail is the vendor or the portal.
      outcome: account === undefined ? outcomeOf(problem.code) : "failed",
      code: problem.code,
      reference: problem.options.reference,
      durationMs: performance.now() - started,
    });
    throw problem;
  }
}

function asProblem(error: unknown, vendorName: string, requestId: string): Problem {
  if (isProblem(error))
    return error.options.vendorName ? error : new Problem(error.code, { ...error.options, vendorName });
  log.error({ err: error, requestId }, "A grant failed unexpectedly");
  return new Problem("portal_failed", { vendorName, cause: error });
}

/** The portal's own decisions; no vendor has been called when one of them refuses. */
async function allow<C, S extends object, G extends object>({
  vendor,
  session: { user },
  slug,
  sandboxed,
}: GrantRequest<C, S, G>): Promise<Admitted> {
  await hop("rate-limit", () => countGrant(user.id, vendor.id));
  const item = hop("policy", (step) => {
    if (user.persona && !sandboxed) throw new Problem("persona_refused");
    const permitted = permittedItem(user, vendor.id, slug);
    if (typeof permitted === "string") throw new Problem(permitted);
    step.set({
      decision: permitted.open.includes(everyone) ? everyone : "by group",
      rule: policyRule(user, permitted),
    });
    return permitted;
  });
  const account = hop("mapping", (step) => {
    const mapped = accountFor(user, vendor.id);
    if (!mapped) throw new Problem("account_unmapped");
    step.set({ decision: mapped, rule: mappingRule(user, vendor.id) });
    return mapped;
  });
  note({ account });
  return { item, account };
}

async function mint<Config, State extends object, Grant extends object>(
  request: GrantRequest<Config, State, Grant>,
  { item, account }: Admitted,
): Promise<Grant> {
  const { vendor, config, session, requestId, locale, timeZone, oidcTokens } = request;
  // Created when first needed: most grants reuse a token and call no vendor.
  let deadline: AbortSignal | undefined;
  const context: UserContext<Config> = {
    config,
    get signal() {
      deadline ??= AbortSignal.timeout(connectMs);
      return deadline;
    },
    requestId,
    user: session.user,
    account,
    item,
    locale,
    timeZone,
    oidcTokens,
    credential: () => hop("credential", () => readCredential(session.user.id, vendor.id)),
  };
  const key: ConnectionKey = { session, vendor: vendor.id, scope: vendor.scope(item), account };
  const current = await hop("connection", async (step) => {
    const found = await currentConnection(key);
    step.set(found ? reuseOf(found, vendor.scope(item)) : { decision: "none" });
    return found;
  });
  const replaces = request.renew && vendor.renewal === "connection";
  const connection =
    current && !replaces ? current : await obtainConnection(vendor, context, key, current?.connectedAt ?? 0);
  try {
    return await mintOn(vendor, context, key, connection);
  } catch (error) {
    if (!isConnectionLost(error)) throw error;
  }
  // The vendor no longer knows the connection: open a new one, once. Concurrent requests share it.
  const fresh = await obtainConnection(vendor, context, key, connection.connectedAt);
  try {
    return await mintOn(vendor, context, key, fresh);
  } catch (error) {
    if (isConnectionLost(error)) throw new Problem("vendor_failed", { reference: "connection lost twice" });
    throw error;
  }
}

/** What "How this opened" says of a connection that is used again. */
const reuseOf = ({ connectedAt }: LiveConnection, scope: string): Facts => ({
  decision: "reused",
  reused: "connection",
  rule: `opened ${new Date(connectedAt).toISOString()} for this portal session, this account and ${scope ? `the scope ${scope}` : "every item"}`,
});

async function mintOn<Config, State extends object, Grant extends object>(
  vendor: VendorAdapter<Config, State, Grant>,
  context: UserContext<Config>,
  key: ConnectionKey,
  connection: LiveConnection,
): Promise<Grant> {
  // The state was stored by this vendor's own connect under this vendor's key.
  const minted = await hop("mint", () => vendor.mint(context, connection.state as State));
  requirePrintable(minted.grant);
  if (minted.state) await updateConnection(key, connection.connectedAt, minted.state);
  return minted.grant;
}
