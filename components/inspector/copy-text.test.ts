/** What is copied runs elsewhere, and holds a placeholder for whatever could be used. */
import type { HopView } from "@/lib/inspector/sequence";
import { asCurl, asMermaid } from "./copy-text";

const hop = (more: Partial<HopView>): HopView => ({
  key: "0",
  id: "log-in",
  name: "Log in",
  from: "broker",
  to: "vendor",
  start: 0,
  duration: 31,
  state: "done",
  sent: [],
  received: [],
  facts: [],
  source: { label: "x", href: null },
  ...more,
});

test("curl has values that may be shown, and placeholders for tokens, passwords, cookies and names alone", () => {
  const call = hop({
    method: "POST",
    url: "https://v.example/api/auth/login",
    sentAs: "json",
    sent: [
      "header X-MSTR-AuthToken: auth…k2Q (32 characters)",
      "cookie JSESSIONID",
      "query offset",
      "field username: o'hara",
      "field password: not shown",
    ],
  });
  expect(asCurl({ hops: [call, hop({ state: "never", url: "https://v.example/" }), hop({})] })).toBe(
    [
      "# Log in",
      "curl -X POST 'https://v.example/api/auth/login?offset=<offset>' \\",
      "  -H 'X-MSTR-AuthToken: <X-MSTR-AuthToken>' \\",
      "  -H 'Cookie: JSESSIONID=<JSESSIONID>' \\",
      "  -H 'Content-Type: application/json' \\",
      `  -d '{"username":"o'\\''hara","password":"<password>"}'`,
    ].join("\n"),
  );
});

test("a form is sent as a form", () => {
  const call = hop({ method: "POST", url: "https://v.example/", sentAs: "form", sent: ["field a: b c", "field code"] });
  expect(asCurl({ hops: [call] })).toContain("-d 'a=b%20c&code=<code>'");
});

test("Mermaid draws calls and their answers, notes for decisions, and a cross where one failed", () => {
  const hops = [
    hop({ from: "broker", to: "broker", name: "Policy", note: "everyone", duration: 0.4 }),
    hop({ method: "POST", path: "/a;b#c", status: 401, state: "failed" }),
    hop({ state: "never", name: "Later" }),
  ];
  const lanes = [
    { id: "broker", name: "Broker" },
    { id: "vendor", name: "MicroStrategy" },
  ] as const;
  expect(asMermaid({ lanes, hops })).toBe(
    [
      "sequenceDiagram",
      "  participant broker as Broker",
      "  participant vendor as MicroStrategy",
      "  Note over broker: Policy (everyone), < 1 ms",
      "  broker-xvendor: Log in POST /a b c",
      "  vendor-->>broker: 401, 31 ms",
    ].join("\n"),
  );
});
