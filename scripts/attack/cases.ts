/**
 * The attack catalogue: what can be tried over HTTP against a running portal. Each case is named after what must hold
 * and after the promise that it tries. Attacks that need a browser (frames, messages, scripts in a page) are in
 * e2e/attacks.spec.ts, which runs these too.
 */
import assert from "node:assert/strict";
import type { OutgoingHttpHeaders } from "node:http";
import type { PromiseName } from "./promises";
import { type Answer, type Client, formAction, multipart, type Target } from "./target";

export interface Attack {
  /** Group and number, stable, for reports. */
  readonly id: string;
  /** What must hold. */
  readonly title: string;
  readonly promise: PromiseName;
  /** `session`: someone is signed in; `personas`: several users can be. */
  readonly needs?: "session" | "personas";
  /** @throws AssertionError when the portal does not hold */
  readonly run: (target: Target) => Promise<void>;
}

type Run = Attack["run"];

const evil = "https://evil.example";
const unknownItem = "an-item-that-does-not-exist";

const codeOf = (answer: Answer): string | undefined => {
  try {
    return (JSON.parse(answer.text) as { code?: string }).code;
  } catch {
    return undefined;
  }
};

/** A refusal of the API: the status, problem+json with a code, nothing stored, no trace of the program. */
function assertRefused(answer: Answer, status: number | readonly number[], what: string): void {
  const expected = [status].flat();
  assert.ok(expected.includes(answer.status), `${what}: ${answer.status} in place of ${expected.join(" or ")}`);
  assert.match(answer.headers["content-type"] ?? "", /^application\/problem\+json/, what);
  assert.match(String(answer.headers["cache-control"]), /no-store/, what);
  assert.ok(codeOf(answer), `${what}: the answer has no code`);
  assertNoTrace(answer, what);
}

const assertNoTrace = ({ text }: Answer, what: string) =>
  assert.doesNotMatch(text, /node_modules|\bat (?:async )?[\w.]+ \(|webpack-internal|\/home\/|\/Users\//, what);

/** A page that strangers do not get: a redirect to the sign-in page, or no page at all. */
function assertNotServed(answer: Answer, what: string): void {
  assert.ok([303, 307, 400, 401, 403, 404, 405].includes(answer.status), `${what}: ${answer.status}`);
  if (answer.status === 303 || answer.status === 307)
    assert.match(String(answer.headers.location), /^\/signin(\?from=|$)/, what);
}

const isSignedIn = async (client: Client) => (await client.send("/api/auth/session")).text.trim() !== "null";

/** Each route that makes tokens, one after the other. */
const eachMint =
  (run: (target: Target, mint: Target["mints"][number]) => Promise<void>): Run =>
  async (target) => {
    assert.ok(target.mints.length > 0, "The portal has no vendor.");
    for (const mint of target.mints) await run(target, mint);
  };

/** As a signed-in user, to each route that makes tokens: what is sent is refused with one of the statuses. */
const refusedBody = (
  status: number | readonly number[],
  change: (body: Readonly<Record<string, string>>) => unknown,
): Run =>
  eachMint(async (target, { path, body }) => {
    const answer = await (await target.as("analyst")).post(path, change(body));
    assertRefused(answer, status, path);
  });

const refusedHeaders = (status: number, headers: (target: Target) => OutgoingHttpHeaders): Run =>
  eachMint(async (target, { path, body }) => {
    assertRefused(await (await target.as("analyst")).post(path, body, headers(target)), status, path);
  });

/** The account in a grant: MicroStrategy and Rocket.Chat name it by id, ThoughtSpot by name. */
const accountIn = (answer: Answer): string => {
  const { userId, username } = JSON.parse(answer.text) as { userId?: string; username?: string };
  return userId ?? username ?? "";
};

/** What is sent does not change whose token it is. */
const sameAccount = (change: { query?: string; headers?: OutgoingHttpHeaders; cookies?: string }): Run =>
  eachMint(async (target, { path, body }) => {
    const client = await target.as("analyst");
    const plain = await client.post(path, body);
    assert.equal(plain.status, 200, path);
    const headers = { ...change.headers, ...(change.cookies ? { cookie: `${client.cookie}; ${change.cookies}` } : {}) };
    const changed = await client.post(`${path}${change.query ?? ""}`, body, headers);
    assert.equal(changed.status, 200, path);
    assert.equal(accountIn(changed), accountIn(plain), path);
  });

const itemPages = ({ mints }: Target) =>
  mints.map(({ vendor, body }) =>
    vendor === "rocketchat" ? "/chat" : `/${vendor === "thoughtspot" ? "insights" : "dashboards"}/${body.item}`,
  );
const openLinks = ({ mints }: Target) =>
  mints.flatMap(({ vendor, body }) => {
    if (vendor === "rocketchat") return ["/open/rocketchat?path=/channel/general"];
    return vendor === "thoughtspot" ? [`/open/thoughtspot/${body.item}`] : [];
  });
const memberPages = (target: Target) => ["/", "/account/connections", ...itemPages(target)];

/** Routes that change something for a signed-in user, beside those that make tokens. */
const actionRoutes = [
  "/api/account/link",
  "/api/account/test",
  "/api/account/unlink",
  "/api/account/disconnect",
  "/api/admin/checks",
  "/api/admin/revocations",
  "/api/rocketchat/message",
];

const strangerGetsNothing =
  (headers: OutgoingHttpHeaders): Run =>
  async (target) => {
    for (const { path, body } of target.mints) {
      const answer = await target.stranger().post(path, body, headers);
      assertRefused(answer, 401, path);
      assert.equal(codeOf(answer), "unauthenticated");
    }
    for (const path of [...memberPages(target), ...openLinks(target)]) {
      const answer = await target.stranger().send(path, { headers });
      assert.ok([303, 307].includes(answer.status), `${path}: ${answer.status}`);
      assert.match(String(answer.headers.location), /^\/signin(\?from=|$)/, path);
    }
  };

const whoseToken: readonly Attack[] = [
  {
    id: "A1",
    title: "A stranger gets no token and no page",
    promise: "guard",
    run: strangerGetsNothing({}),
  },
  ...(
    [
      ["A2a", "user", { user: "admin" }],
      ["A2b", "username", { username: "a.admin" }],
      ["A2c", "userId", { userId: "persona-admin" }],
      ["A2d", "sub", { sub: "persona-admin" }],
      ["A2e", "as an alias", { "a:user": "admin" }],
      ["A7a", "role", { role: "admin" }],
      ["A7b", "groups", { groups: "portal-admins" }],
      ["A7c", "organization", { orgId: "1" }],
      ["A7d", "level of access", { access_level: "FULL" }],
      ["A7e", "lifetime", { validityTime: "99999999" }],
      ["A7f", "automatic creation", { auto_create: "true" }],
    ] as const
  ).map(
    ([id, what, more]): Attack => ({
      id,
      title: `A request that names a ${what} is refused`,
      promise: "identity",
      needs: "session",
      run: refusedBody(400, (body) => ({ ...body, ...more })),
    }),
  ),
  {
    id: "A2f",
    title: "A user named in the address is ignored",
    promise: "identity",
    needs: "session",
    run: sameAccount({ query: "?user=persona-admin&username=a.admin&userId=1" }),
  },
  {
    id: "A2g",
    title: "A user named in headers is ignored",
    promise: "identity",
    needs: "session",
    run: sameAccount({
      headers: {
        "x-user": "persona-admin",
        "x-forwarded-user": "a.admin",
        "remote-user": "a.admin",
        "x-auth-request-user": "a.admin",
      },
    }),
  },
  {
    id: "A2h",
    title: "A user named in cookies is ignored",
    promise: "identity",
    needs: "session",
    run: sameAccount({ cookies: "user=persona-admin; username=a.admin; role=admin" }),
  },
  {
    id: "A2i",
    title: "A bearer token does not stand in for the session, nor change whose it is",
    promise: "identity",
    needs: "session",
    run: sameAccount({ headers: { authorization: "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJwZXJzb25hLWFkbWluIn0." } }),
  },
  {
    id: "A2j",
    title: "A user named in the path leads nowhere",
    promise: "bypass",
    needs: "session",
    run: eachMint(async (target, { path, body }) => {
      for (const end of ["/persona-admin", "/..%2fadmin"])
        assertNotServed(await (await target.as("analyst")).post(path + end, body), path + end);
    }),
  },
  ...(
    [
      ["A3a", "a list of items", () => ({ item: ["a", "b"] })],
      ["A3b", "an object for an item", () => ({ item: { $ne: "" } })],
      ["A3c", "a number for an item", () => ({ item: 1 })],
      ["A3d", "null for an item", () => ({ item: null })],
      ["A3e", "the same field twice", () => '{"item":"a","item":"b"}'],
      ["A3f", "__proto__", () => '{"item":"a","__proto__":{"admin":true}}'],
      ["A3g", "constructor and prototype", () => '{"item":"a","constructor":{"prototype":{"admin":true}}}'],
      ["A3h", "a list for a body", () => "[]"],
      ["A3i", "a text for a body", () => '"item"'],
      ["A3j", "no body", () => ""],
      ["A3k", "JSON that is cut off", () => '{"item":"a'],
      ["A3l", "a byte order mark", () => '\ufeff{"item":"a"}'],
      ["A3m", "thousands of brackets", () => "[".repeat(4000)],
    ] as const
  ).map(
    ([id, what, body]): Attack => ({
      id,
      title: `${what[0]?.toUpperCase()}${what.slice(1)} is refused as a malformed request`,
      promise: "guard",
      needs: "session",
      run: refusedBody(400, body),
    }),
  ),
  ...(
    [
      ["A4a", "line breaks and zero bytes", ["a\r\nSet-Cookie: x=y", "a\u0000b", "a\nb"]],
      ["A4b", "quotes and separators", ["a';--", 'a"', "a;b", "a&secret_key=x"]],
      [
        "A4c",
        "look-alike letters and text direction",
        ["s\u0430les-performance", "\u202eecnamrofrep-selas", "ｓales-performance"],
      ],
      ["A4d", "paths", ["../admin", "..%2f..%2fadmin", "a/b", "a#b", "a?b"]],
      ["A4e", "blanks", [" sales-performance", "sales-performance ", "", " "]],
    ] as const
  ).map(
    ([id, what, items]): Attack => ({
      id,
      title: `An item's name with ${what} opens nothing`,
      promise: "sameAnswer",
      needs: "session",
      run: async (target) => {
        for (const { path, body } of target.mints)
          if ("item" in body)
            for (const item of items)
              assertRefused(await (await target.as("analyst")).post(path, { item }), [400, 403], JSON.stringify(item));
      },
    }),
  ),
  {
    id: "A4f",
    title: "An item's name of ten thousand letters is too large",
    promise: "guard",
    needs: "session",
    run: refusedBody(413, () => ({ item: "a".repeat(10_000) })),
  },
  {
    id: "A5",
    title: "A user without an account at the vendor gets none made and no token",
    promise: "identity",
    needs: "personas",
    run: async (target) => {
      const client = await target.as("unmapped");
      for (const { vendor, path, body } of target.mints)
        if (vendor !== "rocketchat") assertRefused(await client.post(path, body), 403, path);
    },
  },
  {
    id: "A6",
    title: "A disabled user gets no token, although the session lives",
    promise: "identity",
    needs: "personas",
    run: eachMint(async (target, { path, body }) => {
      const answer = await (await target.as("disabled")).post(path, body);
      assertRefused(answer, 403, path);
      assert.equal(codeOf(answer), "user_disabled");
    }),
  },
  {
    id: "A9",
    title: "Users who ask at the same moment get their own tokens",
    promise: "ownToken",
    needs: "personas",
    run: eachMint(async (target, { path, body }) => {
      const names = ["analyst", "viewer", "admin"];
      const accounts = new Map<string, string>();
      for (const name of names) accounts.set(name, accountIn(await (await target.as(name)).post(path, body)));
      assert.equal(new Set(accounts.values()).size, names.length, path);
      const order = Array.from({ length: 24 }, (_, index) => names[index % names.length] ?? "");
      await Promise.all(
        order.map(async (name) => {
          assert.equal(accountIn(await (await target.as(name)).post(path, body)), accounts.get(name), path);
        }),
      );
    }),
  },
];

const whichObject: readonly Attack[] = [
  {
    id: "B10",
    title: "An item that is not the user's is refused in the API and as a page",
    promise: "sameAnswer",
    needs: "personas",
    run: async (target) => {
      const own = (await (await target.as("viewer")).send("/")).text;
      const every = (await (await target.as("admin")).send("/")).text;
      const links = [...every.matchAll(/href="\/(dashboards|insights)\/([\w-]+)"/g)];
      const others = links.filter(([, , slug]) => !own.includes(`/${slug}"`));
      assert.ok(others.length > 0, "The administrator has no item of her own.");
      for (const [, section, item] of others) {
        const path = section === "dashboards" ? "/api/microstrategy/identity-token" : "/api/thoughtspot/token";
        assertRefused(await (await target.as("viewer")).post(path, { item }), 403, String(item));
        const page = await (await target.as("viewer")).send(`/${section}/${item}`);
        assert.doesNotMatch(page.text, /data-vendor=/, String(item));
      }
    },
  },
  {
    id: "B11",
    title: "Another case or encoding of an item's name is another item",
    promise: "sameAnswer",
    needs: "session",
    run: async (target) => {
      const client = await target.as("analyst");
      for (const { path, body } of target.mints) {
        if (!("item" in body)) continue;
        const item = String(body.item);
        for (const other of [
          item.toUpperCase(),
          `${item}%00`,
          `%${item.charCodeAt(0).toString(16)}${item.slice(1)}`,
          `./${item}`,
        ])
          assertRefused(await client.post(path, { item: other }), [400, 403], other);
      }
    },
  },
  {
    id: "B12",
    title: "A wider token cannot be asked for",
    promise: "identity",
    needs: "session",
    run: async (target) => {
      for (const more of [{ token: "full" }, { object_id: "x" }, { scope: "*" }, { secret_key: "x" }])
        await refusedBody(400, (body) => ({ ...body, ...more }))(target);
    },
  },
  {
    id: "B13",
    title: "No page of a user names an item that is not shared with him",
    promise: "sameAnswer",
    needs: "personas",
    run: async (target) => {
      const slugs = (html: string) =>
        new Set([...html.matchAll(/\/(?:dashboards|insights)\/([\w-]+)/g)].map(([, slug]) => slug));
      const pages = ["/", "/dashboards", "/insights", "/account/connections"];
      const seen = async (persona: string) =>
        (await Promise.all(pages.map(async (path) => (await (await target.as(persona)).send(path)).text))).join("");
      const viewer = await seen("viewer");
      const others = [...slugs(await seen("admin"))].filter((slug) => !slugs(viewer).has(slug));
      assert.ok(others.length > 0, "The administrator has no item of her own.");
      for (const slug of others) assert.ok(!viewer.includes(`"${slug}"`), String(slug));
    },
  },
  {
    id: "B14",
    title: "Nothing tells an item that does not exist from one that is not shared",
    promise: "sameAnswer",
    needs: "personas",
    run: async (target) => {
      const client = await target.as("viewer");
      const every = (await (await target.as("admin")).send("/")).text;
      const own = (await client.send("/")).text;
      const [, section, item] =
        [...every.matchAll(/href="\/(dashboards|insights)\/([\w-]+)"/g)].find(
          ([, , slug]) => !own.includes(`/${slug}"`),
        ) ?? [];
      assert.ok(item, "The administrator has no item of her own.");
      const path = section === "dashboards" ? "/api/microstrategy/identity-token" : "/api/thoughtspot/token";
      const strip = ({ status, text }: Answer) => [status, { ...(JSON.parse(text) as object), requestId: "" }];
      assert.deepEqual(strip(await client.post(path, { item })), strip(await client.post(path, { item: unknownItem })));
      const pages = [await client.send(`/${section}/${item}`), await client.send(`/${section}/${unknownItem}`)];
      assert.equal(pages[0]?.status, pages[1]?.status);
      const words = (answer: Answer | undefined) =>
        (answer?.text ?? "")
          .replace(/<script[\s\S]*?<\/script>|<[^>]+>|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, " ")
          .replace(/\s+/g, " ");
      assert.equal(words(pages[0]).replaceAll(item, ""), words(pages[1]).replaceAll(unknownItem, ""));
    },
  },
];

const hostileTargets = [
  "//evil.example",
  "///evil.example",
  "/\\evil.example",
  "\\\\evil.example",
  "/\t/evil.example",
  "/%09/evil.example",
  "/%2f/evil.example",
  "/%5cevil.example",
  "https:evil.example",
  "https://evil.example",
  "https://portal@evil.example",
  "javascript:alert(1)",
  "data:text/html,x",
  "/x/..//evil.example",
  "//evil\u3002example",
  "/\r\nLocation: https://evil.example",
];

/** Where a browser would go from the portal. */
const destination = (target: Target, answer: Answer) =>
  new URL(String(answer.headers.location ?? ""), target.origin).origin;

const redirects: readonly Attack[] = [
  {
    id: "C15a",
    title: "Someone who is signed in is redirected to no other site",
    promise: "redirects",
    needs: "session",
    run: async (target) => {
      const client = await target.as("analyst");
      for (const from of hostileTargets) {
        const answer = await client.send(`/signin?from=${encodeURIComponent(from)}`);
        assert.ok([303, 307].includes(answer.status), from);
        assert.equal(destination(target, answer), target.origin, from);
      }
    },
  },
  {
    id: "C15b",
    title: "The sign-in form carries no other site",
    promise: "redirects",
    run: async (target) => {
      for (const from of hostileTargets) {
        const { text } = await target.stranger().send(`/signin?from=${encodeURIComponent(from)}`);
        for (const [, value] of text.matchAll(/name="from" value="([^"]*)"/g)) assert.equal(value, "/", from);
      }
    },
  },
  {
    id: "C15c",
    title: "A forged field of the sign-in form leads to no other site",
    promise: "redirects",
    needs: "personas",
    run: async (target) => {
      for (const from of hostileTargets.slice(0, 4)) {
        const answer = await target.sendForm(target.stranger(), { persona: "viewer", from });
        assert.equal(answer.status, 303, from);
        assert.equal(destination(target, answer), target.origin, from);
      }
    },
  },
  {
    id: "C15d",
    title: "The library's own sign-in addresses, which take a target, do not exist",
    promise: "redirects",
    run: async (target) => {
      for (const path of ["signin", "signin/oidc", "signout", "csrf", "providers", "error"]) {
        const answer = await target.stranger().send(`/api/auth/${path}?callbackUrl=${encodeURIComponent(evil)}`);
        assertRefused(answer, [404, 405], path);
      }
    },
  },
  {
    id: "C15e",
    title: "A link into the chat leads to no other site",
    promise: "redirects",
    needs: "session",
    run: async (target) => {
      if (!target.mints.some(({ vendor }) => vendor === "rocketchat")) return;
      const client = await target.as("analyst");
      for (const path of [
        ...hostileTargets,
        "/api/v1/logout",
        "/admin/settings",
        "/channel/..",
        "/channel/a?resumeToken=x",
      ])
        assert.equal((await client.send(`/open/rocketchat?path=${encodeURIComponent(path)}`)).status, 400, path);
    },
  },
  {
    id: "C16",
    title: "A redirect login leads to the vendor, whatever target is added to its link",
    promise: "redirects",
    needs: "session",
    run: async (target) => {
      const client = await target.as("analyst");
      for (const link of openLinks(target)) {
        const plain = await client.send(link);
        const changed = await client.send(
          `${link}${link.includes("?") ? "&" : "?"}redirect_url=${encodeURIComponent(evil)}`,
        );
        if (plain.status !== 303) continue;
        if (changed.status === 303) assert.equal(destination(target, changed), destination(target, plain), link);
        assert.doesNotMatch(String(changed.headers.location), /evil\.example/, link);
      }
    },
  },
  {
    id: "C17",
    title: "A redirect that carries a token is not stored and sends no referrer",
    promise: "noTokens",
    needs: "session",
    run: async (target) => {
      for (const link of openLinks(target)) {
        const answer = await (await target.as("analyst")).send(link);
        assert.equal(answer.headers["referrer-policy"], "no-referrer", link);
        assert.match(String(answer.headers["cache-control"]), /no-store/, link);
      }
    },
  },
];

/** Origins that look like the portal's. */
function lookAlikes(origin: string): readonly string[] {
  const { protocol, hostname, host, port } = new URL(origin);
  return [
    `${origin}.evil.example`,
    `${protocol}//evil-${host}`,
    `${protocol}//evil.example/${host}`,
    `${protocol}//user@${host}`,
    `${protocol === "https:" ? "http:" : "https:"}//${host}`,
    `${protocol}//${hostname}:${Number(port || 443) + 1}`,
    `${protocol}//${hostname}.${port ? `:${port}` : ""}`,
    `${origin}/`,
    origin.toUpperCase(),
    `${origin}, ${evil}`,
  ];
}

const crossOrigin: readonly Attack[] = [
  {
    id: "D18",
    title: "No answer lets another origin read it",
    promise: "foreign",
    needs: "session",
    run: async (target) => {
      const client = await target.as("analyst");
      const headers = { origin: evil, "sec-fetch-site": "cross-site" };
      for (const path of [...memberPages(target), "/api/auth/session", "/api/health", "/api/rocketchat/sso"]) {
        const answer = await client.send(path, { headers });
        const allowed = answer.headers["access-control-allow-origin"];
        assert.ok(allowed === undefined || (allowed !== "*" && allowed !== evil), path);
      }
      for (const { path, body } of target.mints)
        assert.equal((await client.post(path, body, headers)).headers["access-control-allow-origin"], undefined, path);
    },
  },
  {
    id: "D19",
    title: "A request of no origin makes no token",
    promise: "foreign",
    needs: "session",
    run: refusedHeaders(403, () => ({ origin: "null" })),
  },
  {
    id: "D20",
    title: "A request of an origin that looks like the portal's makes no token",
    promise: "foreign",
    needs: "session",
    run: eachMint(async (target, { path, body }) => {
      for (const origin of lookAlikes(target.origin))
        assertRefused(await (await target.as("analyst")).post(path, body, { origin }), 403, `${path} from ${origin}`);
    }),
  },
  {
    id: "D20b",
    title: "A request without an origin makes no token",
    promise: "foreign",
    needs: "session",
    run: refusedHeaders(403, () => ({ origin: undefined })),
  },
  {
    id: "D21",
    title: "A preflight of another origin is not granted",
    promise: "foreign",
    run: async (target) => {
      const headers = {
        origin: evil,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type,x-portal-request",
      };
      for (const path of [...target.mints.map(({ path }) => path), ...actionRoutes]) {
        const answer = await target.stranger().send(path, { method: "OPTIONS", headers });
        assert.equal(answer.headers["access-control-allow-origin"], undefined, path);
        assert.equal(answer.headers["access-control-allow-headers"], undefined, path);
      }
    },
  },
  ...(
    [
      ["D22a", "plain text", "text/plain"],
      ["D22b", "a form's fields", "application/x-www-form-urlencoded"],
      ["D22c", "a multipart form", "multipart/form-data; boundary=x"],
      ["D22d", "JSON in another charset", "application/json; charset=utf-16"],
      ["D22e", "a charset with an open quote", 'application/json;charset="utf-8'],
      ["D22f", "two types", "application/json, text/plain"],
    ] as const
  ).map(
    ([id, what, type]): Attack => ({
      id,
      title: `A request with ${what}, which a form could send, makes no token`,
      promise: "guard",
      needs: "session",
      run: refusedHeaders(415, () => ({ "content-type": type })),
    }),
  ),
  {
    id: "D22g",
    title: "A compressed body is refused",
    promise: "guard",
    needs: "session",
    run: refusedHeaders(415, () => ({ "content-encoding": "gzip" })),
  },
  {
    id: "D22h",
    title: "A request without the portal's header makes no token",
    promise: "guard",
    needs: "session",
    run: refusedHeaders(403, () => ({ "x-portal-request": undefined })),
  },
  {
    id: "D22i",
    title: "A request with another value of the portal's header makes no token",
    promise: "guard",
    needs: "session",
    run: refusedHeaders(403, () => ({ "x-portal-request": "true" })),
  },
  {
    id: "D22j",
    title:
      "Another site cannot link, test, unlink or disconnect an account, post a message, nor run the administrator's actions",
    promise: "foreign",
    needs: "session",
    run: async (target) => {
      const client = await target.as("admin");
      for (const path of actionRoutes) {
        assertRefused(await client.post(path, {}, { origin: evil }), 403, path);
        assertRefused(await client.post(path, {}, { "sec-fetch-site": "cross-site" }), 403, path);
        assertRefused(await target.stranger().post(path, {}), 401, path);
      }
    },
  },
  {
    id: "D23",
    title: "No other method than POST makes a token",
    promise: "guard",
    needs: "session",
    run: eachMint(async (target, { path }) => {
      for (const method of ["GET", "HEAD", "PUT", "PATCH", "DELETE"]) {
        const answer = await (await target.as("analyst")).send(path, { method, headers: target.stranger().own });
        assert.equal(answer.status, 405, `${method} ${path}`);
        assert.equal(answer.headers.allow, "POST, OPTIONS", `${method} ${path}`);
      }
    }),
  },
  {
    id: "D23b",
    title: "A method that is overridden by header or query stays what it is",
    promise: "bypass",
    needs: "session",
    run: eachMint(async (target, { path }) => {
      const headers = { ...target.stranger().own, "x-http-method-override": "POST", "x-method-override": "POST" };
      assert.equal((await (await target.as("analyst")).send(`${path}?_method=POST`, { headers })).status, 405, path);
    }),
  },
  {
    id: "D24",
    title: "Another site cannot sign anyone in",
    promise: "foreign",
    needs: "personas",
    run: async (target) => {
      for (const headers of [
        { origin: evil },
        { origin: "null" },
        { "sec-fetch-site": "cross-site" },
        { "sec-fetch-site": "same-site" },
      ]) {
        const client = target.stranger();
        await target.sendForm(client, { persona: "admin", from: "/" }, headers);
        assert.equal(await isSignedIn(client), false, JSON.stringify(headers));
      }
    },
  },
  {
    id: "D25",
    title: "Another site cannot sign anyone out",
    promise: "foreign",
    needs: "personas",
    run: async (target) => {
      const client = await target.signIn("viewer");
      for (const headers of [{ origin: evil }, { origin: "null" }, { "sec-fetch-site": "cross-site" }])
        await target.signOut(client, headers);
      assert.equal(await isSignedIn(client), true);
    },
  },
  ...(["cross-site", "same-site", "none"] as const).map(
    (site, index): Attack => ({
      id: `D26${"abc"[index]}`,
      title: `A request that the browser calls ${site} makes no token`,
      promise: "foreign",
      needs: "session",
      run: refusedHeaders(403, () => ({ "sec-fetch-site": site })),
    }),
  ),
  {
    id: "D27",
    title: "The route that Rocket.Chat calls answers no other origin, and no other route answers Rocket.Chat's",
    promise: "foreign",
    needs: "session",
    run: async (target) => {
      if (!target.mints.some(({ vendor }) => vendor === "rocketchat")) return;
      const client = await target.as("analyst");
      for (const origin of [evil, "null", ...lookAlikes(target.origin)])
        for (const method of ["GET", "POST", "OPTIONS"]) {
          const answer = await client.send("/api/rocketchat/sso", { method, headers: { origin } });
          assert.equal(answer.headers["access-control-allow-origin"] === origin, false, `${method} from ${origin}`);
          assert.doesNotMatch(answer.text, /loginToken/, `${method} from ${origin}`);
        }
    },
  },
  {
    id: "D27b",
    title: "Answers that depend on the origin say so to caches",
    promise: "foreign",
    run: async (target) => {
      if (!target.mints.some(({ vendor }) => vendor === "rocketchat")) return;
      const answer = await target.stranger().send("/api/rocketchat/sso", { headers: { origin: evil } });
      assert.match(String(answer.headers.vary), /origin/i);
    },
  },
];

const framing: readonly Attack[] = [
  {
    id: "E28",
    title: "No page of the portal can be framed",
    promise: "headers",
    needs: "session",
    run: async (target) => {
      for (const path of [
        ...memberPages(target),
        "/signin?again=1",
        "/signed-out",
        "/problems",
        "/nowhere",
        "/api/health",
      ]) {
        const policy = String((await (await target.as("analyst")).send(path)).headers["content-security-policy"]);
        assert.match(policy, /frame-ancestors 'none'/, path);
      }
    },
  },
  {
    id: "E29",
    title: "The portal frames named origins only, without wildcards",
    promise: "headers",
    needs: "session",
    run: async (target) => {
      for (const path of itemPages(target)) {
        const policy = String((await (await target.as("analyst")).send(path)).headers["content-security-policy"]);
        const [, sources = ""] = /frame-src ([^;]*)/.exec(policy) ?? [];
        assert.ok(sources, path);
        for (const source of sources.split(" ")) assert.doesNotMatch(source, /^\*|^https?:$|^data:|:\*$/, path);
      }
    },
  },
  {
    id: "E29b",
    title: "Pages run only scripts with the answer's own nonce, which is new each time",
    promise: "headers",
    run: async (target) => {
      const nonces = new Set<string>();
      for (let round = 0; round < 3; round += 1) {
        const policy = String((await target.stranger().send("/signin")).headers["content-security-policy"]);
        assert.doesNotMatch(policy, /script-src [^;]*'unsafe-inline'/);
        nonces.add(/'nonce-([^']+)'/.exec(policy)?.[1] ?? "");
      }
      assert.equal(nonces.size, 3);
    },
  },
  {
    id: "E35",
    title: "A window that opened the portal has no hold on it",
    promise: "headers",
    run: async (target) => {
      const answer = await target.stranger().send("/signin");
      assert.match(String(answer.headers["cross-origin-opener-policy"]), /^same-origin/);
    },
  },
];

/** Cookies that are no session. */
function forgedCookies(name: string, value: string): readonly string[] {
  const flip = (text: string, at: number) => text.slice(0, at) + (text[at] === "A" ? "B" : "A") + text.slice(at + 1);
  const token = value || `eyJhbGciOiJkaXIifQ..${"A".repeat(16)}.${"A".repeat(40)}.${"A".repeat(22)}`;
  const unsigned = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${Buffer.from('{"sub":"persona-admin","sid":"x","until":9999999999}').toString("base64url")}.`;
  return [
    `${name}=`,
    `${name}=null`,
    `${name}=${unsigned}`,
    `${name}=${flip(token, 5)}`,
    `${name}=${flip(token, token.length - 5)}`,
    `${name}=${token.slice(0, -10)}`,
    `${name}=${token}.x`,
    `${name}.0=${token.slice(0, 30)}; ${name}.1=x`,
    `${name}=${"a".repeat(8000)}`,
  ];
}

const cookieNameOf = (target: Target) => `${target.origin.startsWith("https:") ? "__Host-" : ""}authjs.session-token`;

const sessions: readonly Attack[] = [
  {
    id: "F36a",
    title: "A forged, cut or changed session cookie is no session",
    promise: "session",
    run: async (target) => {
      const name = cookieNameOf(target);
      const client = target.canSignIn ? await target.as("analyst") : target.stranger();
      const value = new RegExp(`${name}=([^;]*)`).exec(client.cookie)?.[1] ?? "";
      for (const cookie of forgedCookies(name, value)) {
        const what = cookie.slice(0, 60);
        assert.equal(
          (await target.stranger().send("/api/auth/session", { headers: { cookie } })).text.trim(),
          "null",
          what,
        );
        for (const { path, body } of target.mints)
          assertRefused(await target.stranger().post(path, body, { cookie }), 401, what);
      }
    },
  },
  {
    id: "F36b",
    title: "A cookie of a hundred thousand letters is refused without harm",
    promise: "bypass",
    run: async (target) => {
      const answer = await target.stranger().send("/", { headers: { cookie: `x=${"a".repeat(100_000)}` } });
      assert.ok([400, 431, 413].includes(answer.status), String(answer.status));
      assert.equal((await target.stranger().send("/api/health")).status, 200);
    },
  },
  {
    id: "F38",
    title: "A cookie that was planted before is not taken as the session",
    promise: "session",
    needs: "personas",
    run: async (target) => {
      const planted = target.stranger().useCookies(`${cookieNameOf(target)}=planted`);
      await target.signIn("viewer", planted);
      assert.doesNotMatch(planted.cookie, /planted/);
      const second = await target.signIn("viewer");
      assert.notEqual(second.cookie, planted.cookie);
    },
  },
  {
    id: "F39",
    title: "The session cookie is kept from scripts, other sites and other hosts",
    promise: "session",
    needs: "personas",
    run: async (target) => {
      const answer = await target.sendForm(target.stranger(), { persona: "viewer", from: "/" });
      const line = (answer.headers["set-cookie"] ?? []).find((one) => one.startsWith(cookieNameOf(target))) ?? "";
      for (const flag of [/HttpOnly/i, /SameSite=Lax/i, /Path=\//i]) assert.match(line, flag);
      assert.doesNotMatch(line, /Domain=/i);
      if (target.origin.startsWith("https:")) assert.match(line, /^__Host-.*; Secure/i);
    },
  },
  {
    id: "F40",
    title: "A cookie copied before the sign-out is worth nothing after it",
    promise: "session",
    needs: "personas",
    run: async (target) => {
      const client = await target.signIn("viewer");
      const copy = target.stranger().useCookies(client.cookie);
      assert.equal(await isSignedIn(copy), true);
      await target.signOut(client);
      assert.equal(await isSignedIn(copy), false);
      for (const { path, body } of target.mints) assertRefused(await copy.post(path, body), 401, path);
    },
  },
  {
    id: "F43",
    title: "A return from the identity provider that no one asked for signs no one in",
    promise: "foreign",
    run: async (target) => {
      for (const query of ["?code=x&state=y", "?code=x", "?error=access_denied", "?id_token=x", ""]) {
        const client = target.stranger();
        const answer = await client.send(`/api/auth/callback/oidc${query}`);
        assert.ok(answer.status < 500, `${query}: ${answer.status}`);
        assert.equal(await isSignedIn(client), false, query);
        if (answer.headers.location) assert.equal(destination(target, answer), target.origin, query);
      }
    },
  },
  {
    id: "F44",
    title: "A persona that the sign-in page does not offer cannot sign in",
    promise: "persona",
    run: async (target) => {
      const client = target.stranger();
      if (target.personas) await target.sendForm(client, { persona: "root", from: "/" });
      else await client.send("/api/auth/callback/persona", multipart({ persona: "admin" }, { origin: target.origin }));
      assert.equal(await isSignedIn(client), false);
    },
  },
  {
    id: "F45",
    title: "A session is not told who else is signed in",
    promise: "ownToken",
    needs: "personas",
    run: async (target) => {
      const viewer = (await (await target.as("viewer")).send("/api/auth/session")).text;
      await target.as("admin");
      assert.equal(
        (await (await target.as("viewer")).send("/api/auth/session")).text.replace(/"expires":"[^"]*"/, ""),
        viewer.replace(/"expires":"[^"]*"/, ""),
      );
    },
  },
];

/** The tokens that a user's grants hold. */
async function tokensOf(target: Target): Promise<readonly string[]> {
  const client = await target.as("analyst");
  const answers = await Promise.all(target.mints.map(({ path, body }) => client.post(path, body)));
  return answers.flatMap(({ text }) =>
    [...text.matchAll(/"(?:identityToken|token)":"([^"]+)"/g)].map(([, token]) => token ?? ""),
  );
}

const scriptsOf = (html: string) => [
  ...new Set([...html.matchAll(/\/_next\/static\/[^"'\\ )]+\.js/g)].map(([path]) => path)),
];

const leaks: readonly Attack[] = [
  {
    id: "G46",
    title: "No page holds a token that its user could not use on it",
    promise: "noTokens",
    needs: "session",
    run: async (target) => {
      const tokens = await tokensOf(target);
      assert.equal(tokens.length, target.mints.length);
      for (const path of ["/", "/account/connections", "/problems", "/nowhere", "/signed-out"])
        for (const headers of [{}, { rsc: "1" }]) {
          const { text } = await (await target.as("analyst")).send(path, { headers });
          for (const token of tokens) assert.ok(!text.includes(token), path);
        }
    },
  },
  {
    id: "G47",
    title: "No answer's headers or cookies hold a token",
    promise: "noTokens",
    needs: "session",
    run: async (target) => {
      const client = await target.as("analyst");
      const tokens = await tokensOf(target);
      for (const { path, body } of target.mints) {
        const seen = JSON.stringify((await client.post(path, body)).headers);
        for (const token of tokens) assert.ok(!seen.includes(token), path);
      }
    },
  },
  {
    id: "G50",
    title: "The scripts of the pages name no secret and have no source maps",
    promise: "publicName",
    run: async (target) => {
      const scripts = scriptsOf((await target.stranger().send("/signin")).text);
      assert.ok(scripts.length > 0, "The sign-in page loads no script.");
      for (const path of scripts) {
        const { text } = await target.stranger().send(path);
        assert.doesNotMatch(
          text,
          /AUTH_SECRET|PORTAL_SEALING_KEYS|SERVICE_PASSWORD|SERVICE_TOKEN|THOUGHTSPOT_SECRET_KEY|sourceMappingURL/,
          path,
        );
        assert.notEqual((await target.stranger().send(`${path}.map`)).status, 200, path);
      }
    },
  },
  {
    id: "G54",
    title: "Errors and missing pages show nothing of the program",
    promise: "bypass",
    run: async (target) => {
      for (const path of [
        "/nowhere",
        "/api/nowhere",
        "/%",
        "/dashboards/%ff",
        "/api/%E0%A4%A",
        "/open/thoughtspot/%zz",
      ]) {
        const answer = await target.stranger().send(path);
        assert.ok(answer.status < 500, `${path}: ${answer.status}`);
        assertNoTrace(answer, path);
      }
    },
  },
  {
    id: "G57",
    title: "Health and readiness tell strangers no addresses, versions or settings",
    promise: "headers",
    run: async (target) => {
      for (const path of ["/api/health", "/api/ready"]) {
        const { text } = await target.stranger().send(path);
        assert.doesNotMatch(text, /https?:\/\/|\d+\.\d+\.\d+|secret|password|\.db/i, path);
      }
    },
  },
  {
    id: "G58",
    title: "No answer names the software that made it",
    promise: "headers",
    run: async (target) => {
      for (const path of ["/signin", "/nowhere", "/api/health", "/api/nowhere"]) {
        const { headers } = await target.stranger().send(path);
        assert.equal(headers["x-powered-by"], undefined, path);
        assert.doesNotMatch(String(headers.server ?? ""), /next|node|express/i, path);
      }
    },
  },
  {
    id: "G59",
    title: "Files and diagnostics of the server are not served",
    promise: "bypass",
    run: async (target) => {
      for (const path of [
        "/.env",
        "/.env.local",
        "/.git/config",
        "/.data/portal.db",
        "/package.json",
        "/portal.config.ts",
        "/server.js",
        "/api/list-env",
        "/api/debug",
        "/api/config",
        "/debug",
        "/_next/server/app/page.js",
        "/_next/static/../server/app/page.js",
        "/..%2f..%2fetc%2fpasswd",
      ]) {
        const answer = await target.stranger().send(path);
        assert.ok([303, 307, 308, 400, 404].includes(answer.status), `${path}: ${answer.status}`);
        assert.doesNotMatch(answer.text, /AUTH_SECRET|root:x:|"dependencies"|\[core\]/, path);
      }
    },
  },
  {
    id: "G59b",
    title: "Metrics, where there are any, are not for strangers",
    promise: "admin",
    run: async (target) => {
      const answer = await target.stranger().send("/api/metrics");
      assert.ok([401, 403, 404].includes(answer.status), String(answer.status));
    },
  },
];

const upstream: readonly Attack[] = [
  {
    id: "H60a",
    title: "The portal fetches no address that a request names",
    promise: "bypass",
    needs: "session",
    run: async (target) => {
      const { host } = new URL(target.origin);
      for (const line of [
        "GET http://169.254.169.254/latest/meta-data/",
        "GET http://127.0.0.1:22/",
        `GET http://${host}@evil.example/`,
      ]) {
        const answer = await target.stranger().raw([`${line} HTTP/1.1`, `Host: ${host}`, "Connection: close"]);
        assert.doesNotMatch(answer, /ami-id|SSH-2|Example Domain/, line);
        assert.doesNotMatch(answer, /^HTTP\/1\.1 5/, line);
      }
    },
  },
  {
    id: "H60b",
    title: "A vendor's address in a request is refused",
    promise: "identity",
    needs: "session",
    run: async (target) => {
      for (const more of [{ url: "http://169.254.169.254/" }, { host: "evil.example" }, { libraryUrl: evil }])
        await refusedBody(400, (body) => ({ ...body, ...more }))(target);
    },
  },
  {
    id: "H64",
    title: "Line breaks in an address add no header",
    promise: "bypass",
    needs: "session",
    run: async (target) => {
      const client = await target.as("analyst");
      for (const path of [
        "/open/rocketchat?path=/channel/a%0d%0aSet-Cookie:%20attack=1",
        "/signin?from=/%0d%0aSet-Cookie:%20attack=1",
        "/a%0d%0aSet-Cookie:%20attack=1",
      ]) {
        const answer = await client.send(path);
        assert.doesNotMatch(JSON.stringify(answer.headers["set-cookie"] ?? []), /attack=1/, path);
        assert.ok(answer.status < 500, path);
      }
    },
  },
];

const forgedHeaders: readonly OutgoingHttpHeaders[] = [
  { "x-middleware-subrequest": "proxy:proxy:proxy:proxy:proxy" },
  { "x-middleware-subrequest": "src/proxy:src/proxy:src/proxy:src/proxy:src/proxy" },
  { "x-middleware-prefetch": "1" },
  { "x-middleware-rewrite": "/api/health" },
  { "x-middleware-next": "1" },
  { "x-nextjs-data": "1" },
  { "x-invoke-path": "/api/health" },
  { "x-matched-path": "/api/health" },
  { "x-now-route-matches": "1" },
  { "x-original-url": "/api/health" },
  { "x-rewrite-url": "/api/health" },
  { "x-http-method-override": "GET" },
  { "x-forwarded-host": "evil.example", "x-forwarded-proto": "https" },
  { "x-forwarded-for": "127.0.0.1", "x-real-ip": "127.0.0.1" },
  { "x-user": "persona-admin", "x-forwarded-user": "persona-admin" },
  { "x-portal-path": "/api/health", "x-portal-prefetch": "1", "x-nonce": "known" },
  { authorization: "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJwZXJzb25hLWFkbWluIn0." },
  { "next-action": "0".repeat(42) },
];

const platform: readonly Attack[] = [
  ...forgedHeaders.map(
    (headers, index): Attack => ({
      id: `I65${String.fromCharCode(97 + index)}`,
      title: `Strangers get nothing by ${Object.keys(headers).join(", ")}: ${String(Object.values(headers)[0]).slice(0, 30)}`,
      promise: "bypass",
      run: strangerGetsNothing(headers),
    }),
  ),
  {
    id: "I66",
    title: "The data of a page is guarded like the page",
    promise: "bypass",
    run: async (target) => {
      for (const path of memberPages(target))
        for (const headers of [
          { rsc: "1" },
          { rsc: "1", "next-router-prefetch": "1" },
          { rsc: "1", "next-router-segment-prefetch": "/_tree" },
          { rsc: "1", "next-router-state-tree": encodeURIComponent('["",{},null,null,true]') },
        ]) {
          const answer = await target.stranger().send(`${path}?_rsc=x`, { headers });
          assert.doesNotMatch(answer.text, /data-vendor|identityToken|persona-admin/, path);
          assert.match(String(answer.headers["cache-control"]), /no-store/, path);
        }
    },
  },
  {
    id: "I67",
    title: "Another spelling of an address is no way round the guard",
    promise: "bypass",
    run: async (target) => {
      for (const path of [
        "/API/thoughtspot/token",
        "/api/thoughtspot%2ftoken",
        "/api/%74houghtspot/token",
        "/api/thoughtspot/token%00",
        "/api/thoughtspot/token.rsc",
        "/api/thoughtspot/token.json",
        "/api/thoughtspot/token;a=b",
        "/_next/data/x/api/thoughtspot/token.json",
        "/en/api/thoughtspot/token",
        "/api/thoughtspot",
      ]) {
        const answer = await target.stranger().post(path, { item: "a" });
        assert.ok([401, 404, 308, 307].includes(answer.status), `${path}: ${answer.status}`);
        assert.doesNotMatch(answer.text, /"token"/, path);
      }
    },
  },
  {
    id: "I67b",
    title: "Speculative loads make no token",
    promise: "speculative",
    needs: "session",
    run: async (target) => {
      const client = await target.as("analyst");
      for (const link of openLinks(target))
        for (const headers of [
          { "sec-purpose": "prefetch" },
          { purpose: "prefetch" },
          { "sec-fetch-dest": "image" },
          { "sec-fetch-dest": "iframe" },
          { "sec-fetch-dest": "script" },
        ]) {
          const answer = await client.send(link, { headers });
          assert.doesNotMatch(String(answer.headers.location ?? ""), /token/i, `${link} ${JSON.stringify(headers)}`);
        }
    },
  },
  {
    id: "I68",
    title: "Nothing that a signed-in user gets is kept by a cache",
    promise: "headers",
    needs: "session",
    run: async (target) => {
      const client = await target.as("analyst");
      for (const path of [...memberPages(target), "/api/auth/session", "/nowhere"])
        for (const headers of [{}, { rsc: "1" }, { "x-nextjs-data": "1" }])
          assert.match(String((await client.send(path, { headers })).headers["cache-control"]), /no-store/, path);
    },
  },
  {
    id: "I69a",
    title: "A forged host changes no address that the portal gives",
    promise: "redirects",
    run: async (target) => {
      for (const headers of [
        { host: "evil.example" },
        { "x-forwarded-host": "evil.example" },
        { "x-forwarded-host": "evil.example", "x-forwarded-proto": "https" },
        { forwarded: "host=evil.example" },
      ]) {
        const answer = await target.stranger().send("/account/connections", { headers });
        assert.doesNotMatch(JSON.stringify(answer.headers), /evil\.example/, JSON.stringify(headers));
      }
    },
  },
  {
    id: "I69b",
    title: "A forged host does not become the address that a sign-in returns to",
    promise: "redirects",
    run: async (target) => {
      const client = target.stranger();
      const page = (await client.send("/signin")).text;
      if (!page.includes("Continue with your organization")) return;
      const form = multipart(
        { [formAction(page, "Continue with your organization")]: "", from: "/" },
        { origin: target.origin, "x-forwarded-host": "evil.example", "x-forwarded-proto": "https" },
      );
      const answer = await client.send("/signin", form);
      assert.doesNotMatch(decodeURIComponent(JSON.stringify(answer.headers)), /redirect_uri=https?:\/\/evil\.example/);
    },
  },
  ...(
    [
      ["I70a", "an unknown name", "40".padEnd(42, "0"), "[]"],
      ["I70b", "a path for a name", "../../etc/passwd", "[]"],
      ["I70c", "thousands of brackets", "40".padEnd(42, "1"), "[".repeat(50_000)],
      ["I70d", "a reference to a prototype", "40".padEnd(42, "2"), '["$1:__proto__:constructor:constructor"]'],
      ["I70e", "two megabytes", "40".padEnd(42, "3"), `["${"a".repeat(2_000_000)}"]`],
    ] as const
  ).map(
    ([id, what, action, body]): Attack => ({
      id,
      title: `A server action with ${what} does nothing`,
      promise: "bypass",
      run: async (target) => {
        const client = target.stranger();
        const headers = { origin: target.origin, "content-type": "text/plain;charset=UTF-8", "next-action": action };
        const answer = await client.send("/signin", { method: "POST", headers, body });
        assert.ok(answer.status >= 400, String(answer.status));
        assertNoTrace(answer, what);
        assert.equal((await client.send("/api/health")).status, 200);
      },
    }),
  ),
  {
    id: "I71",
    title: "An upgrade to a web socket with a foreign address reaches nothing",
    promise: "bypass",
    run: async (target) => {
      const { host } = new URL(target.origin);
      const answer = await target
        .stranger()
        .raw([
          "GET http://169.254.169.254/latest/meta-data/ HTTP/1.1",
          `Host: ${host}`,
          "Connection: close, Upgrade",
          "Upgrade: websocket",
          "Sec-WebSocket-Version: 13",
          "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
        ]);
      assert.doesNotMatch(answer, /^HTTP\/1\.1 (101|2\d\d)|ami-id/);
    },
  },
  {
    id: "I72",
    title: "A request with two lengths is refused, not taken for two requests",
    promise: "bypass",
    run: async (target) => {
      const { host } = new URL(target.origin);
      const head = [
        "POST /api/thoughtspot/token HTTP/1.1",
        `Host: ${host}`,
        "Connection: close",
        "Content-Length: 6",
        "Transfer-Encoding: chunked",
      ];
      const answer = await target.stranger().raw(head, "0\r\n\r\nGET /api/health HTTP/1.1\r\nHost: x\r\n\r\n");
      assert.doesNotMatch(answer, /HTTP\/1\.1 200/);
    },
  },
  {
    id: "I74",
    title: "TRACE sends no cookie back",
    promise: "bypass",
    run: async (target) => {
      const { host } = new URL(target.origin);
      const answer = await target
        .stranger()
        .raw(["TRACE / HTTP/1.1", `Host: ${host}`, "Connection: close", "Cookie: attack=1"]);
      assert.match(answer, /^HTTP\/1\.1 4/);
      assert.doesNotMatch(answer, /attack=1/);
    },
  },
  {
    id: "I73",
    title: "The image optimizer fetches and resizes nothing",
    promise: "bypass",
    run: async (target) => {
      for (const url of ["/icon.svg", "/api/health", "http://127.0.0.1/", "https://evil.example/x.png"])
        assert.notEqual(
          (await target.stranger().send(`/_next/image?w=64&q=75&url=${encodeURIComponent(url)}`)).status,
          200,
          url,
        );
    },
  },
  {
    id: "K85",
    title: "The sandbox is no part of this portal, or cannot be driven",
    promise: "sandbox",
    run: async (target) => {
      for (const vendor of ["microstrategy", "rocketchat", "thoughtspot"])
        for (const path of ["sandbox/faults", "sandbox/reset", "sandbox/state"]) {
          const answer = await target.stranger().post(`/sandbox/${vendor}/${path}`, { clear: true });
          assert.ok([403, 404, 405].includes(answer.status), `${path}: ${answer.status}`);
        }
    },
  },
  {
    id: "K86",
    title: "Administration is for administrators, pages, actions and export alike",
    promise: "admin",
    needs: "personas",
    run: async (target) => {
      const viewer = await target.as("viewer");
      for (const path of ["/admin/audit", "/admin/health"]) {
        const page = await viewer.send(path);
        assert.doesNotMatch(page.text, /<table|persona-admin/, path);
      }
      assertRefused(await viewer.send("/api/admin/audit"), 403, "export");
      assertRefused(await viewer.post("/api/admin/checks", {}), 403, "checks");
      assertRefused(await viewer.post("/api/admin/revocations", { vendor: "rocketchat" }), 403, "revocations");
    },
  },
];

const oversized = (target: Target, path: string, cookie: string) => {
  const { host } = new URL(target.origin);
  const chunk = `1000\r\n${"a".repeat(4096)}\r\n`;
  return [
    [
      `POST ${path} HTTP/1.1`,
      `Host: ${host}`,
      "Connection: close",
      `Cookie: ${cookie}`,
      `Origin: ${target.origin}`,
      "X-Portal-Request: 1",
      "Content-Type: application/json",
      "Transfer-Encoding: chunked",
    ],
    `${chunk.repeat(4)}0\r\n\r\n`,
  ] as const;
};

const abuse: readonly Attack[] = [
  {
    id: "J78",
    title: "Very long values in addresses are answered like short ones",
    promise: "bypass",
    needs: "session",
    run: async (target) => {
      const client = await target.as("admin");
      const long = `${"a".repeat(4000)}!`;
      for (const path of [
        `/signin?from=/${long}`,
        `/admin/audit?find=${long}`,
        `/open/rocketchat?path=/channel/${long}`,
        `/dashboards/${long}`,
      ])
        assert.ok((await client.send(path)).status < 500, path.slice(0, 40));
    },
  },
  {
    id: "J79",
    title: "A body without a length is cut off at the limit",
    promise: "guard",
    needs: "session",
    run: eachMint(async (target, { path }) => {
      const client = await target.as("analyst");
      const [lines, rest] = oversized(target, path, client.cookie);
      assert.match(await client.raw(lines, rest), /^HTTP\/1\.1 413/, path);
    }),
  },
  {
    id: "J77",
    title: "Many refusals at once stay refusals: nobody's flood becomes a server error",
    promise: "limits",
    run: eachMint(async (target, { path, body }) => {
      const answers = await Promise.all(Array.from({ length: 100 }, () => target.stranger().post(path, body)));
      for (const answer of answers) assertRefused(answer, [401, 429], path);
      assert.equal((await target.stranger().send("/api/health")).status, 200);
    }),
  },
];

/** Every case, each id once. */
export const attacks: readonly Attack[] = [
  ...whoseToken,
  ...whichObject,
  ...redirects,
  ...crossOrigin,
  ...framing,
  ...sessions,
  ...leaks,
  ...upstream,
  ...platform,
  ...abuse,
];
