import { contentSecurityPolicy } from "./csp";

const base = { nonce: "N", path: "/", vendors: [], formTargets: [], development: false };

const directive = (policy: string, name: string) =>
  policy
    .split("; ")
    .find((part) => part.startsWith(`${name} `))
    ?.slice(name.length + 1);

test.each([
  "https://vendor.example/path",
  "*",
  "https://*.example",
  "vendor.example",
  "javascript:alert(1)",
  "https://a; script-src *",
])("%s is refused: only exact origins may enter the policy", (frame) => {
  expect(() => contentSecurityPolicy({ ...base, vendors: [{ frame: [frame] }] })).toThrow("no origin");
});

test("no one may frame the portal", () => {
  expect(directive(contentSecurityPolicy(base), "frame-ancestors")).toBe("'none'");
});

test("only the page that a vendor frames may be framed, and only by that vendor", () => {
  const vendors = [{ framedPages: [{ path: "/rocketchat/loading", by: ["https://chat.example"] }] }];
  expect(directive(contentSecurityPolicy({ ...base, vendors, path: "/rocketchat/loading" }), "frame-ancestors")).toBe(
    "'self' https://chat.example",
  );
  for (const path of ["/", "/rocketchat/loading/", "/rocketchat/loading/x", "/Rocketchat/loading"])
    expect(directive(contentSecurityPolicy({ ...base, vendors, path }), "frame-ancestors")).toBe("'none'");
});

test("scripts need the nonce; eval is off unless a vendor's build needs it", () => {
  expect(directive(contentSecurityPolicy(base), "script-src")).toBe("'self' 'nonce-N' 'strict-dynamic'");
  expect(directive(contentSecurityPolicy({ ...base, vendors: [{ unsafeEval: true }] }), "script-src")).toContain(
    "'unsafe-eval'",
  );
});

test("frames come from the configured vendors only", () => {
  const vendors = [{ frame: ["https://a.example"] }, { frame: ["https://b.example", "https://a.example"] }];
  expect(directive(contentSecurityPolicy({ ...base, vendors }), "frame-src")).toBe(
    "https://a.example https://b.example",
  );
  expect(directive(contentSecurityPolicy(base), "frame-src")).toBe("'none'");
});

test("a vendor at the portal's own address is 'self', at whichever of its addresses the visitor is", () => {
  const own = "https://portal.example";
  const vendors = [{ frame: [own, "https://a.example"], connect: [own], framedPages: [{ path: "/", by: [own] }] }];
  const policy = contentSecurityPolicy({ ...base, own, vendors });
  expect(directive(policy, "frame-src")).toBe("'self' https://a.example");
  expect(directive(policy, "connect-src")).toBe("'self'");
  expect(directive(policy, "frame-ancestors")).toBe("'self'");
});
