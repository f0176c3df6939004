import { randomUUID } from "node:crypto";
import type { PortalSession } from "@/lib/broker/user";
import { getStore } from "@/lib/store/database";
import { authorizeItem } from "./authorize";

jest.mock("../../portal.config", () => jest.requireActual("@/tests/fixtures/catalog"));

const session = (id: string): PortalSession => ({
  id: randomUUID(),
  user: { id, name: id, email: null, emailVerified: false, groups: ["analysts"], claims: {}, persona: true },
  expiresAt: new Date(Date.now() + 3600_000),
});

const eventsOf = async (requestId: string) =>
  (await getStore()).selectFrom("audit_event").selectAll().where("request_id", "=", requestId).execute();

describe("an item's page is refused, and the refusal stands in the audit", () => {
  test.each([
    ["to a disabled user", "persona-disabled", "for-everyone", "user_disabled"],
    ["for an item of others", "persona-analyst", "for-admins", "item_forbidden"],
    ["for an item that does not exist, in the same words", "persona-analyst", "no-such-item", "item_forbidden"],
    ["for an item of another vendor", "persona-analyst", "a-letter", "item_forbidden"],
    ["to a user without an account", "persona-unmapped", "for-everyone", "account_unmapped"],
  ])("%s", async (_name, user, slug, code) => {
    const requestId = randomUUID();
    expect(await authorizeItem(session(user), "boards", slug, requestId)).toBe(code);
    expect(await eventsOf(requestId)).toMatchObject([
      { user_id: user, vendor: "boards", item: slug, action: "request", outcome: "denied", code },
    ]);
  });
});

test("whoever is let in has the item, or the first of theirs, and leaves no event of it", async () => {
  const requestId = randomUUID();
  const named = await authorizeItem(session("persona-analyst"), "boards", "for-analysts", requestId);
  expect(named).toMatchObject({ item: { slug: "for-analysts" }, account: "anna.analyst@portico.example" });
  const first = await authorizeItem(session("persona-analyst"), "boards", undefined, requestId);
  expect(first).toMatchObject({ item: { slug: "for-everyone" } });
  expect(await eventsOf(requestId)).toEqual([]);
});
