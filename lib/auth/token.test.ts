import fc from "fast-check";
import { personas } from "@/lib/config/sandbox";
import { sessionFromToken, tokenFromClaims, tokenFromPersona } from "./token";

jest.mock("@/portal.config", () => jest.requireActual("@/tests/fixtures/catalog"));

const claims = { sub: "u-1", name: "Grace Hopper", email: "grace@example.com", email_verified: true };

test("no one is signed in without a subject", () => {
  for (const sub of [undefined, "", 1, null, ["u-1"], "x".repeat(300)]) {
    expect(tokenFromClaims({ ...claims, sub }, false)).toBeNull();
  }
});

test("tokens, unlisted claims and foreign fields never reach the cookie", () => {
  const token = tokenFromClaims({ ...claims, access_token: "a", id_token: "b", role: "root", persona: true }, false);
  expect(Object.keys(token ?? {}).sort()).toEqual(
    ["claims", "email", "emailVerified", "groups", "name", "persona", "sid", "sub", "until"].sort(),
  );
  expect(token?.persona).toBe(false);
  expect(token?.claims).toEqual({});
});

test("the claims that the catalog lists are kept, when they are text", () => {
  const token = tokenFromClaims({ ...claims, boards_username: "g.hopper", letters_username: ["a", "b"] }, false);
  expect(token?.claims).toEqual({ boards_username: "g.hopper" });
});

test.each([undefined, false, "true", 1])("an e-mail counts as verified only when the provider says so: %p", (value) => {
  expect(tokenFromClaims({ ...claims, email_verified: value }, false)?.emailVerified).toBe(false);
});

test("hundreds of groups do not cost a user the ones that open something", () => {
  const groups = [...Array.from({ length: 500 }, (_, index) => `g${index}`), "portal-admins", "analysts"];
  const token = tokenFromClaims({ ...claims, groups }, false);
  expect(token?.groups).toHaveLength(64);
  expect(token?.groups).toEqual(expect.arrayContaining(["portal-admins", "analysts"]));
});

test("a single group as text is a group", () => {
  expect(tokenFromClaims({ ...claims, groups: "analysts" }, false)?.groups).toEqual(["analysts"]);
});

test("every sign-in is a session of its own", () => {
  const ids = new Set(Array.from({ length: 100 }, () => tokenFromClaims(claims, false)?.sid));
  expect(ids.size).toBe(100);
});

test("a persona is known as one, however it signs in", () => {
  for (const persona of personas) {
    expect(tokenFromPersona(persona)).toMatchObject({ sub: persona.subject, persona: true, claims: {} });
    expect(tokenFromClaims({ sub: persona.subject }, true)).toMatchObject({ sub: persona.subject, persona: true });
  }
});

test("whatever an identity provider claims, the token is a session or there is none", () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom("sub", "name", "email", "groups", "email_verified"), fc.anything()),
      (input) => {
        const token = tokenFromClaims(input, false);
        return token === null || sessionFromToken(token)?.user.id === input.sub;
      },
    ),
  );
});
