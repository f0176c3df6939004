/**
 * The vendor's table, row by row: "Domain name format for CSP and CORS configuration" of
 * https://developers.thoughtspot.com/docs/security-settings (read 21 August 2026).
 */
import { isListed, type ListKind, listRefusal, policySources } from "./allow-lists";
import { trial } from "./testing";

const kinds = ["visual-embed", "connect-src", "cors"] as const;
const yes = true;
const no = false;

describe.each<[row: string, entry: string, ...supported: [boolean, boolean, boolean]]>([
  ["without protocol", "thoughtspot.com", yes, yes, yes],
  ["without protocol", "www.thoughtspot.com", yes, yes, yes],
  ["localhost", "localhost", yes, yes, yes],
  ["localhost", "localhost:3000", yes, yes, yes],
  ["localhost", "http://localhost:8080", yes, yes, yes],
  ["without port", "mysite.com", yes, yes, yes],
  ["a port that is not the standard one", "mysite.com:8080", yes, yes, yes],
  ["wildcard for the domain", "*", yes, yes, no],
  ["wildcard for the domain", ".*", yes, yes, yes],
  ["wildcard before the extension", "https://*.com", no, no, no],
  ["plain word", "thoughtspot", no, no, no],
  ["wildcard and a leading dot", ".*.thoughtspot.com", no, no, no],
  ["wildcard and a leading dot, escaped", ".*\\.thoughtspot.com", no, no, yes],
  ["wildcard before the domain", "*.thoughtspot.com", yes, yes, no],
  ["several wildcards", "www.*.*.thoughtspot.com", no, no, no],
  ["wildcard for the path", "www.thoughtspot.com/*", no, no, no],
  ["space", "thoughtspot  .com", no, no, no],
  ["backslash", "thoughtspot\\.com", no, no, no],
  ["query", "http://thoughtspot.com?2rjl6", no, no, no],
  ["path", "thoughtspot.com/products", yes, yes, no],
  ["path and query", "thoughtspot.com/products?id=1&page=2", no, no, no],
  ["IPv4 address", "255.255.255.255", yes, yes, yes],
  ["semicolons", "thoughtspot.com; thoughtspot.com;", no, no, no],
  ["commas", "thoughtspot.com, thoughtspot.com", yes, yes, yes],
  ["mail", "mail://xyz.com", no, no, no],
  ["wildcard for the port", "thoughtspot:*", yes, yes, yes],
  ["wildcard for the port", "https://mysite.com:*", yes, yes, yes],
  ["WebSocket", "wss://mysite.com", yes, yes, no],
])("%s: %s", (_, entry, ...supported) => {
  test.each(kinds.map((kind, index) => [kind, supported[index]] as const))("in the list %s: %s", (kind, expected) => {
    expect(listRefusal(kind, [entry]) === undefined).toBe(expected);
  });

  test("is answered so by the API too", async () => {
    const { v2, admin } = trial();
    const bearer = await admin();
    const lists: Record<ListKind, object> = {
      "visual-embed": { csp_settings: { visual_embed_hosts: [entry] } },
      "connect-src": { csp_settings: { connect_src_urls: [entry] } },
      cors: { cors_whitelisted_urls: [entry] },
    };
    for (const [index, kind] of kinds.entries()) {
      const answer = await v2("system/security-settings/configure", { cluster_preferences: lists[kind] }, bearer);
      expect([kind, answer.status]).toEqual([kind, supported[index] ? 204 : 400]);
    }
  });
});

describe("an entry covers", () => {
  test.each<[entry: string, origin: string, boolean]>([
    ["mysite.com", "https://mysite.com", yes],
    // https is assumed: an address without it must be written with its protocol.
    ["mysite.com", "http://mysite.com", no],
    ["localhost:3000", "http://localhost:3000", no],
    ["localhost:3000", "https://localhost:3000", yes],
    ["http://localhost:3000", "http://localhost:3000", yes],
    ["mysite.com", "https://www.mysite.com", no],
    // A port that is not the standard one must be named.
    ["mysite.com", "https://mysite.com:8080", no],
    ["mysite.com:8080", "https://mysite.com:8080", yes],
    ["mysite.com:443", "https://mysite.com", yes],
    ["https://mysite.com:*", "https://mysite.com:8443", yes],
    ["https://mysite.com:*", "https://mysite.com", yes],
    ["https://mysite.com:*", "http://mysite.com:8443", no],
    [".*\\.thoughtspot.com", "https://portal.thoughtspot.com", yes],
    [".*\\.thoughtspot.com", "https://a.b.thoughtspot.com", yes],
    [".*\\.thoughtspot.com", "https://thoughtspot.com", no],
    [".*\\.thoughtspot.com", "https://evilthoughtspot.com", no],
    [".*\\.thoughtspot.com", "https://portal.thoughtspot.com.evil.example", no],
    [".*\\.thoughtspot.com", "https://portalXthoughtspotXcom", no],
    ["*.thoughtspot.com", "https://portal.thoughtspot.com", yes],
    ["thoughtspot.com/products", "https://thoughtspot.com", yes],
    [".*", "http://anything.example:1234", yes],
    ["thoughtspot.com, mysite.com", "https://mysite.com", yes],
    ["mysite.com", "null", no],
  ])("%s, %s: %s", (entry, origin, expected) => expect(isListed([entry], origin)).toBe(expected));
});

test("a list has an end", () => {
  expect(
    listRefusal(
      "cors",
      Array.from({ length: 300 }, (_, at) => `https://portal-${at}.example.com`),
    ),
  ).toMatch(/4096/);
});

test("policies name the protocol that is meant", () => {
  expect(policySources(["mysite.com, *.mysite.com:*", "http://localhost:3000", ".*"])).toEqual([
    "https://mysite.com",
    "https://*.mysite.com:*",
    "http://localhost:3000",
    "*",
  ]);
});
