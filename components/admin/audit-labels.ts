/** Labels and descriptions of audit events. */
import type { AuditAction, AuditOutcome, AuditTime } from "@/lib/broker/audit-filter";
import type { AuditEntry } from "@/lib/broker/audit-log";
import type { ProblemCode } from "@/lib/problem/codes";

export const actionLabels: Readonly<Record<AuditAction, string>> = {
  mint: "Grant",
  renew: "Renewal",
  revoke: "Session end",
  link: "Link",
  unlink: "Unlink",
  test: "Login test",
  disconnect: "Disconnect",
  "sign-in": "Sign-in",
  "sign-out": "Sign-out",
  request: "Request",
  share: "Share",
  "request-access": "Access request",
  admin: "Admin",
};

export const outcomeLabels: Readonly<Record<AuditOutcome, string>> = {
  ok: "Done",
  denied: "Denied",
  failed: "Failed",
  abandoned: "Abandoned",
};

export const timeLabels: Readonly<Record<AuditTime, string>> = {
  hour: "Last hour",
  day: "Last 24 hours",
  week: "Last 7 days",
};

const doneText: Readonly<Record<AuditAction, string>> = {
  mint: "granted",
  renew: "renewed",
  revoke: "ended",
  link: "linked",
  unlink: "removed",
  test: "accepted",
  disconnect: "disconnected",
  "sign-in": "signed in",
  "sign-out": "signed out",
  request: "answered",
  share: "posted",
  "request-access": "noted",
  admin: "done",
};

const isAction = (action: string): action is AuditAction => Object.hasOwn(actionLabels, action);

/** Falls back to the stored action: it may come from an older release. */
export const labelOfAction = (action: string) => (isAction(action) ? actionLabels[action] : action);

/** The result: a label, or the problem code. */
export function resultOf({ action, outcome, code }: AuditEntry): string {
  if (outcome !== "ok") return code ?? outcome;
  return isAction(action) ? doneText[action] : "done";
}

/** `Grant failed`, `Request denied`, `Sign-in`. */
export function titleOf({ action, outcome }: AuditEntry): string {
  const word = labelOfAction(action);
  return outcome === "ok" ? word : `${word} ${outcome}`;
}

export interface Step {
  readonly title: string;
  readonly result: "ok" | "bad" | "not reached";
}

/** The step at which the broker stops for these codes; for all others it had reached the vendor. */
const stops: Partial<Record<ProblemCode, number>> = {
  rate_limited: 1,
  user_disabled: 2,
  persona_refused: 2,
  item_forbidden: 3,
  account_unmapped: 4,
};

/** A grant's steps through the broker, in order (lib/broker/broker.ts). */
export function stepsOf(entry: AuditEntry, vendorName: string): readonly Step[] {
  if (entry.action !== "mint" && entry.action !== "renew") return [];
  const titles = [
    "Signed in",
    "Within the rate limit",
    "Account enabled",
    "May open the item",
    entry.account ? `Account ${entry.account}` : "Has a vendor account",
    `${vendorName} agreed`,
  ];
  const stop = entry.outcome === "ok" ? titles.length : ((entry.code && stops[entry.code]) ?? titles.length - 1);
  return titles.map((title, step) => ({ title, result: step < stop ? "ok" : step === stop ? "bad" : "not reached" }));
}
