import fc from "fast-check";
import { derivedUsername, usernameFor } from "./username";

const serverRule = /^[0-9a-zA-Z\-_.]+$/;

describe("a derived username", () => {
  test("is legal, lower case and the same again, for any subject", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1 }), (subject) => {
        const name = usernameFor(subject);
        expect(name).toMatch(serverRule);
        expect(name).toBe(name.toLowerCase());
        expect(name.length).toBeLessThanOrEqual(52);
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

  test("cannot be taken over by a subject that is another's derived name", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (subject) => {
        const name = usernameFor(subject);
        fc.pre(name !== subject);
        expect(usernameFor(name)).not.toBe(name);
      }),
    );
  });

  test("is never a reserved one", () => {
    for (const subject of ["admin", "Admin", "system", "user", "all", "here", "rocket.cat", "administrator", "..", "-"])
      expect(["admin", "system", "user", "all", "here", "rocket.cat", "administrator", "", ".."]).not.toContain(
        usernameFor(subject),
      );
  });

  test("keeps a subject that is a username already", () => {
    expect(usernameFor("a.analyst")).toBe("a.analyst");
    expect(usernameFor("00u1ab2cd3")).toBe("00u1ab2cd3");
  });

  test("is not for personas", () => {
    const user = { id: "s", name: "S", email: null, emailVerified: false, groups: [], claims: {} };
    expect(derivedUsername({ ...user, persona: true })).toBeNull();
    expect(derivedUsername({ ...user, persona: false })).toBe("s");
  });
});
