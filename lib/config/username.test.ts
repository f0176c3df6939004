import fc from "fast-check";
import { personas } from "@/lib/config/sandbox";
import { byClaim, firstOf, personaAccount } from "./portal";
import { derivedUsername, usernameFor } from "./username";

const serverRule = /^[0-9a-zA-Z\-_.]+$/;

describe("a derived username", () => {
  test("is legal, lower case and the same again, for any subject", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1 }), (subject) => {
        const name = usernameFor(subject);
        expect(name).toMatch(serverRule);
        expect(name).toBe(name.toLowerCase());
        expect(name.length).toBeLessThanOrEqual(51);
        expect(usernameFor(subject)).toBe(name);
      }),
    );
  });

  test("differs for different subjects, also for those that look alike", () => {
    const alike = fc.constantFrom("a b", "a-b", "A-B", "a–b", "á-b", "a-b.", "-a-b", "a--b", "a b ");
    const subject = fc.oneof(alike, fc.string({ minLength: 1, maxLength: 8 }), fc.string({ minLength: 40 }));
    fc.assert(
      fc.property(subject, subject, (one, other) => {
        fc.pre(one !== other);
        expect(usernameFor(one)).not.toBe(usernameFor(other));
      }),
      { numRuns: 2_000 },
    );
  });

  test("cannot be had by a subject that is the name itself: a reserved one, someone's own or another's derived one", () => {
    for (const subject of ["admin", "Admin", "system", "user", "all", "here", "rocket.cat", "a.analyst", "..", "-"])
      expect(usernameFor(subject)).not.toBe(subject.toLowerCase());
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (subject) => {
        const name = usernameFor(subject);
        expect(usernameFor(name)).not.toBe(name);
      }),
    );
  });

  test("can still be read", () => {
    expect(usernameFor("auth0|Jane Doe")).toMatch(/^auth0-jane-doe-[0-9a-f]{10}$/);
    expect(usernameFor("李")).toMatch(/^user-[0-9a-f]{10}$/);
  });
});

describe("a mapping by persona, else claim, else derived name", () => {
  const someone = { id: "00u1ab2cd3", name: "S", email: null, emailVerified: false, groups: [], claims: {} };
  const account = firstOf(personaAccount("rocketchat"), byClaim("rocketchat_username"), derivedUsername);

  test("a persona is who the sandbox says, and no one when it says nothing", () => {
    for (const { subject, accounts } of personas)
      expect(account({ ...someone, id: subject, persona: true })).toBe(accounts.rocketchat ?? null);
    expect(account({ ...someone, id: "persona-unmapped", persona: true })).toBeNull();
    expect(derivedUsername({ ...someone, persona: true })).toBeNull();
  });

  test("any other user has the name in the claim, or a name derived from the subject", () => {
    const user = { ...someone, persona: false };
    expect(account({ ...user, claims: { rocketchat_username: "s.one" } })).toBe("s.one");
    expect(account(user)).toBe(usernameFor("00u1ab2cd3"));
    expect(account({ ...user, id: "persona-analyst" })).not.toBe("a.analyst");
  });
});
