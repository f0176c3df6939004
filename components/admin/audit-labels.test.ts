import type { AuditEntry } from "@/lib/broker/audit-log";
import type { ProblemCode } from "@/lib/problem/codes";
import { resultOf, stepsOf, titleOf } from "./audit-labels";
import { durationText, momentsFor } from "./moment";

const entry = (changes: Partial<AuditEntry> = {}): AuditEntry => ({
  id: "e",
  at: new Date(),
  requestId: "r",
  userId: "u",
  action: "mint",
  outcome: "ok",
  code: null,
  vendor: "acme",
  account: "a.user",
  item: "i",
  reference: null,
  requestedAccess: {},
  durationMs: 1,
  ...changes,
});

describe("the way of a grant", () => {
  const stopOf = (code: ProblemCode, outcome = "denied") =>
    stepsOf(entry({ outcome, code, account: null }), "Acme").find(({ result }) => result === "bad")?.title;

  test.each<[ProblemCode, string]>([
    ["rate_limited", "Within the rate limit"],
    ["user_disabled", "Account enabled"],
    ["persona_refused", "Account enabled"],
    ["item_forbidden", "May open the item"],
    ["account_unmapped", "Has a vendor account"],
    ["vendor_timeout", "Acme agreed"],
  ])("%s stops at: %s", (code, step) => {
    expect(stopOf(code)).toBe(step);
  });

  test("what comes after the stop was not reached", () => {
    const results = stepsOf(entry({ outcome: "denied", code: "item_forbidden" }), "Acme").map(({ result }) => result);
    expect(results).toEqual(["ok", "ok", "ok", "bad", "not reached", "not reached"]);
  });

  test("a success passed every step, and other events have none", () => {
    expect(stepsOf(entry(), "Acme").every(({ result }) => result === "ok")).toBe(true);
    expect(stepsOf(entry({ action: "sign-in" }), "Acme")).toEqual([]);
  });
});

test("an event of a former release stays readable", () => {
  const old = entry({ action: "teleport", outcome: "failed" });
  expect([titleOf(old), resultOf(old)]).toEqual(["teleport failed", "failed"]);
});

describe("times", () => {
  const at = new Date("2026-01-15T23:30:05Z");
  const headers = (cookie?: string) =>
    new Headers({ "accept-language": "en-GB", ...(cookie ? { cookie: `portal-time-zone=${cookie}` } : {}) });

  test("are in the browser's time zone once it is known", () => {
    expect(momentsFor(headers("Europe%2FZurich")).whole(at)).toBe("16 Jan 2026, 00:30:05");
  });

  test("say that they are UTC until then, and when the cookie names no zone", () => {
    for (const cookie of [undefined, "Nowhere%2FAtAll", "'><script>"]) {
      expect(momentsFor(headers(cookie)).whole(at)).toBe("15 Jan 2026, 23:30:05 UTC");
      expect(momentsFor(headers(cookie)).stamp(at)).toMatch(/23:30:05 UTC$/);
    }
  });

  test.each([
    [0, "0 seconds"],
    [1, "1 second"],
    [119, "1 minute"],
    [7300, "2 hours"],
    [90_000, "1 day"],
  ])("%d seconds are %s", (seconds, words) => {
    expect(durationText(seconds)).toBe(words);
  });
});
