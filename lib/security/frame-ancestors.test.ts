import { frameAncestors, framingOf } from "./frame-ancestors";

const page = "https://bi.example.com/MicroStrategyLibrary/app";
const portal = "https://portal.example.com";

const framing = (policy: string | null, ancestor = portal, own = page, options?: string) =>
  framingOf(
    new Headers({
      ...(policy === null ? {} : { "content-security-policy": policy }),
      ...(options === undefined ? {} : { "x-frame-options": options }),
    }),
    own,
    ancestor,
  );

/** A row of a table: a policy, the page around (the portal unless told) and the page itself. */
const rows = (all: readonly (readonly [policy: string, ancestor?: string, own?: string])[]) =>
  all.map(([policy, ancestor = portal, own = page]) => [policy, ancestor, own] as const);

describe("a page may not be framed by the portal", () => {
  test.each(
    rows([
      ["frame-ancestors"],
      ["frame-ancestors 'none'"],
      ["frame-ancestors 'self'"],
      ["frame-ancestors http:", "ftp://portal.example.com"],
      ["frame-ancestors https:", "http://portal.example.com"],
      ["frame-ancestors data:"],
      ["frame-ancestors local://plugins"],
      ["frame-ancestors https://portal.example.org"],
      ["frame-ancestors https://portal.example.com.evil.example"],
      ["frame-ancestors https://xportal.example.com"],
      ["frame-ancestors https://portal.example.com:8443"],
      ["frame-ancestors https://portal.example.com:80"],
      ["frame-ancestors https://portal.example.com", "https://portal.example.com:8443"],
      ["frame-ancestors https://portal.example.com", "http://portal.example.com"],
      ["frame-ancestors https://portal.example.com/app"],
      ["frame-ancestors portal.example.com", "http://portal.example.com"],
      ["frame-ancestors portal.example.com", "https://portal.example.com:3000"],
      ["frame-ancestors portal.example.com:80", "https://portal.example.com"],
      ["frame-ancestors https://*.example.com", "https://example.com"],
      ["frame-ancestors *.example.com", "https://portal.notexample.com"],
      ["frame-ancestors *.example.com", "https://portal.example.com.evil.example"],
      ["frame-ancestors https://*", "https://portal.example.com:3000"],
      ["frame-ancestors *:3000", "https://portal.example.com"],
      ["frame-ancestors https://portal.*"],
      ["frame-ancestors https://por*.example.com"],
      ["frame-ancestors https://*.*.example.com"],
      ["frame-ancestors https://portal.example.com:x"],
      ["frame-ancestors https://portal.example.com, frame-ancestors"],
      ["frame-ancestors https://portal.example.com, frame-ancestors 'self'"],
      ["frame-ancestors 'self', frame-ancestors https://portal.example.com"],
      ["frame-ancestors *, frame-ancestors 'none'"],
      ["frame-ancestors 'self'; frame-ancestors https://portal.example.com"],
      ["FRAME-ANCESTORS 'SELF'"],
      ["default-src *; frame-ancestors 'unsafe-inline' 'nonce-x'"],
      ["frame-ancestors 'self'", "http://bi.example.com"],
      ["frame-ancestors 'self'", "https://bi.example.com:8443"],
      ["frame-ancestors 'self'", "https://bi.example.com:8443", "http://bi.example.com:8080"],
      // Its port is 80 here: a plain-http page with a source that has no port.
      ["frame-ancestors portal.localhost", "http://portal.localhost:3000", "http://mstr.localhost:4001"],
    ]),
  )("%s, %s around %s", (policy, ancestor, own) => {
    const { allowed, anyone } = framing(policy, ancestor, own);
    expect({ allowed, anyone }).toEqual({ allowed: false, anyone: false });
  });
});

describe("a page may be framed by the portal", () => {
  test.each(
    rows([
      ["frame-ancestors https://portal.example.com"],
      ["frame-ancestors https://portal.example.com/"],
      ["frame-ancestors https://portal.example.com:443"],
      ["frame-ancestors https://portal.example.com:0443"],
      ["frame-ancestors https://PORTAL.Example.com"],
      ["frame-ancestors HTTPS://portal.example.com"],
      ["frame-ancestors 'self' local://plugins https://portal.example.com"],
      ["frame-ancestors 'none' https://portal.example.com"],
      ["frame-ancestors\thttps://a.example \t https://portal.example.com ; default-src 'none'"],
      ["default-src 'none';;frame-ancestors portal.example.com"],
      ["Frame-Ancestors http://portal.example.com"],
      ["frame-ancestors http://portal.example.com:*", "https://portal.example.com:8443"],
      ["frame-ancestors portal.example.com:*", "https://portal.example.com:8443"],
      ["frame-ancestors portal.example.com", "https://portal.example.com", "http://bi.example.com"],
      ["frame-ancestors *.example.com"],
      ["frame-ancestors https://*.example.com", "https://a.portal.example.com"],
      ["frame-ancestors https://*.example.com:*", "https://portal.example.com:3000"],
      ["frame-ancestors https://*"],
      ["frame-ancestors *:3000", "https://portal.example.com:3000"],
      ["frame-ancestors https:"],
      ["frame-ancestors http:"],
      ["frame-ancestors HTTPS:"],
      ["frame-ancestors 'self'", "https://bi.example.com"],
      ["frame-ancestors 'Self'", "https://bi.example.com", "http://bi.example.com"],
      ["frame-ancestors 'self'", "https://bi.example.com:8443", "http://bi.example.com:8443"],
      ["frame-ancestors https:, frame-ancestors *.example.com"],
      ["script-src 'self', frame-ancestors https://portal.example.com"],
      ["frame-ancestors http://portal.localhost:3000", "http://portal.localhost:3000", "http://mstr.localhost:4001"],
      ["frame-ancestors portal.localhost:3000", "http://portal.localhost:3000", "http://mstr.localhost:4001"],
    ]),
  )("%s, %s around %s", (policy, ancestor, own) => {
    const { allowed, anyone } = framing(policy, ancestor, own);
    expect({ allowed, anyone }).toEqual({ allowed: true, anyone: false });
  });
});

describe("a page may be framed by anyone", () => {
  test.each([
    null,
    "",
    "default-src 'none'",
    "frame-src 'none'; child-src 'none'",
    "frame-ancestor 'none'",
    "frame-ancestors *",
    "frame-ancestors 'none' *",
    "frame-ancestors https://portal.example.com *",
    "frame-ancestors *, script-src 'self'",
    // A directive that is not plain ASCII is skipped.
    "frame-ancestors 'none' é",
  ])("%s", (policy) => {
    expect(framing(policy)).toMatchObject({ allowed: true, anyone: true });
  });
});

describe("X-Frame-Options", () => {
  test.each(["deny", "DENY", "sameorigin", "SAMEORIGIN, DENY", "sameorigin, allow-from https://portal.example.com"])(
    "%s keeps the portal out",
    (options) => {
      expect(framing(null, portal, page, options)).toEqual({
        allowed: false,
        anyone: false,
        because: `X-Frame-Options: ${options}`,
      });
    },
  );

  test.each(["allow-from https://portal.example.com", "ALLOWALL", "nonsense", "nonsense, other", ""])(
    "%s limits no one",
    (options) => {
      expect(framing(null, portal, page, options)).toMatchObject({ allowed: true, anyone: true });
    },
  );

  test("sameorigin, once or twice, is for the page's own origin", () => {
    for (const options of ["sameorigin", "SAMEORIGIN, sameorigin"])
      expect(framing(null, "https://bi.example.com", page, options)).toMatchObject({ allowed: true, anyone: false });
  });

  test("does not count beside frame-ancestors, and does beside any other policy", () => {
    expect(framing(`frame-ancestors ${portal}`, portal, page, "deny").allowed).toBe(true);
    expect(framing("frame-ancestors 'none'", portal, page, "allowall").allowed).toBe(false);
    expect(framing("default-src 'self'", portal, page, "deny").allowed).toBe(false);
  });
});

test("several headers are several policies", () => {
  const headers = new Headers({ "content-security-policy": `frame-ancestors ${portal}` });
  headers.append("content-security-policy", "frame-ancestors 'self'");
  expect(framingOf(headers, page, portal)).toEqual({
    allowed: false,
    anyone: false,
    because: "frame-ancestors 'self'",
  });
});

test("a policy that only reports limits no one", () => {
  const headers = new Headers({ "content-security-policy-report-only": "frame-ancestors 'none'" });
  expect(framingOf(headers, page, portal)).toEqual({ allowed: true, anyone: true, because: null });
});

test("every page around the frame must be allowed", () => {
  const headers = new Headers({ "content-security-policy": "frame-ancestors 'self' https://chat.example.com" });
  expect(framingOf(headers, page, "https://chat.example.com", page).allowed).toBe(true);
  expect(framingOf(headers, page, "https://chat.example.com", portal).allowed).toBe(false);
});

test("the header that decides is named", () => {
  expect(framing("frame-ancestors https:, frame-ancestors https://portal.example.com").because).toBe(
    "frame-ancestors https:",
  );
  expect(framing("frame-ancestors *, frame-ancestors 'none'").because).toBe("frame-ancestors 'none'");
  expect(framing("frame-ancestors *").because).toBe("frame-ancestors *");
});

test("the source lists are read policy by policy", () => {
  expect(frameAncestors("default-src 'self', frame-ancestors  https://a.example\t'self' ; x, frame-ancestors")).toEqual(
    [["https://a.example", "'self'"], []],
  );
  expect(frameAncestors(null)).toEqual([]);
});
