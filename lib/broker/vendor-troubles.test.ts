/** Whose word counts for whom: one user's requests and pages do not speak for the others. */
import {
  noteCheck,
  noteEmbedFailure,
  noteEmbedSuccess,
  noteGrantFailure,
  noteGrantSuccess,
  troubleOf,
} from "./vendor-troubles";

let vendors = 0;
let vendor = "";
beforeEach(() => {
  vendor = `vendor-${++vendors}`;
});
const codeFor = (session: string) => troubleOf(session, vendor)?.code;

test("requests of one user that get in each other's way are told to that user alone", () => {
  noteGrantFailure("a", vendor, "vendor_busy");
  expect([codeFor("a"), codeFor("b")]).toEqual(["vendor_busy", undefined]);
});

test("a vendor's own failure is told to everyone, until a grant works", () => {
  noteGrantFailure("a", vendor, "vendor_failed");
  expect([codeFor("a"), codeFor("b")]).toEqual(["vendor_failed", "vendor_failed"]);
  noteGrantSuccess("b", vendor);
  expect([codeFor("a"), codeFor("b")]).toEqual([undefined, undefined]);
});

test("a page's word that the product is shown clears its own session's trouble, and no one else's", () => {
  noteGrantFailure("a", vendor, "vendor_failed");
  noteEmbedFailure("b", vendor, "embed_timeout");
  noteEmbedSuccess("b", vendor);
  expect([codeFor("a"), codeFor("b")]).toEqual(["vendor_failed", "vendor_failed"]);
});

test("what one browser met is told to no other session", () => {
  noteEmbedFailure("a", vendor, "cookies_blocked");
  expect([codeFor("a"), codeFor("b")]).toEqual(["cookies_blocked", undefined]);
});

test("a status page that answers does not end a trouble that logins have just met", () => {
  noteGrantFailure("a", vendor, "vendor_failed");
  noteCheck(vendor, true);
  expect(codeFor("b")).toBe("vendor_failed");
  noteCheck(vendor, true, Date.now() + 121_000);
  expect(codeFor("b")).toBeUndefined();
});
