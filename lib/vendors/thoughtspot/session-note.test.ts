import { notedSession, sessionNote } from "./session-note";

const host = "https://example.thoughtspot.cloud";
const pair = (cookie: string) => cookie.split(";")[0] ?? "";

test("the note comes back from among other cookies", () => {
  const cookies = `a=1; ${pair(sessionNote(host, "https://portal.example"))}; b=2`;
  expect(notedSession(cookies)).toBe(host);
});

test("over https it is Secure, and taking it away ends it", () => {
  expect(sessionNote(host, "https://portal.example")).toMatch(/; Secure$/);
  expect(sessionNote(host, "http://portal.localhost:3000")).not.toContain("Secure");
  expect(sessionNote(null, "https://portal.example")).toContain("Max-Age=0");
});

test.each([
  "",
  "portal-thoughtspot-session=",
  "portal-thoughtspot-session=javascript%3Aalert(1)",
  "portal-thoughtspot-session=%E0%A4%A",
])("%j names no session", (cookies) => expect(notedSession(cookies)).toBeUndefined());
