/**
 * What the audit can be asked, as the address of the audit page has it: input is untrusted, and what
 * is not understood is left out. Safe to import in the browser.
 */
import { isProblemCode, type ProblemCode } from "@/lib/problem/codes";

export const auditActions = [
  "mint",
  "renew",
  "revoke",
  "link",
  "unlink",
  "test",
  "disconnect",
  "sign-in",
  "sign-out",
  "request",
  "share",
  "request-access",
  "admin",
] as const;
export type AuditAction = (typeof auditActions)[number];

export const auditOutcomes = ["ok", "denied", "failed", "abandoned"] as const;
export type AuditOutcome = (typeof auditOutcomes)[number];

/** How far back, in milliseconds. */
export const auditTimes = { hour: 3600_000, day: 24 * 3600_000, week: 7 * 24 * 3600_000 } as const;
export type AuditTime = keyof typeof auditTimes;

/** Stands for events that concern no vendor, such as a sign-in. */
export const portalItself = "portal";

export interface AuditFilter {
  /** Part of a user, vendor account, item or request id, in any case. */
  readonly find?: string;
  readonly user?: string;
  readonly request?: string;
  /** A vendor's id, or {@link portalItself}. */
  readonly vendor?: string;
  readonly action?: AuditAction;
  readonly outcome?: AuditOutcome;
  readonly code?: ProblemCode;
  readonly time?: AuditTime;
}

/** Query parameters as Next hands them over. */
export type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

const longest = 255;
const uuid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;

const oneOf = <Value extends string>(values: readonly Value[], given: string | undefined) =>
  values.find((value) => value === given);

/** The filter in a query. A pasted support code (`code · request id`) asks for its request. */
export function readFilter(query: Query): AuditFilter {
  const text = (name: string) => {
    const given = query[name];
    const trimmed = typeof given === "string" ? given.trim() : "";
    return trimmed.length > 0 && trimmed.length <= longest ? trimmed : undefined;
  };
  const find = text("find");
  const requestInFind = find && uuid.exec(find)?.[0];
  const code = text("code");
  const filter: AuditFilter = {
    find: requestInFind ? undefined : find,
    user: text("user"),
    request: (requestInFind || text("request"))?.toLowerCase(),
    vendor: /^[a-z0-9-]{1,50}$/.exec(text("vendor") ?? "")?.[0],
    action: oneOf(auditActions, text("action")),
    outcome: oneOf(auditOutcomes, text("outcome")),
    code: isProblemCode(code) ? code : undefined,
    time: oneOf(Object.keys(auditTimes) as AuditTime[], text("time")),
  };
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}

/**
 * An address with this filter.
 *
 * @param more further parameters; undefined ones are left out
 */
export function filterAddress(
  path: string,
  filter: AuditFilter,
  more: Readonly<Record<string, string | undefined>> = {},
): string {
  const given = Object.entries({ ...filter, ...more }).flatMap(([name, value]) => (value ? [[name, value]] : []));
  return given.length > 0 ? `${path}?${new URLSearchParams(given)}` : path;
}
