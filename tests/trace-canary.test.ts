/**
 * No secret, token, cookie or password reaches a span or the drawer's memory: every vendor is opened, renewed and signed
 * out of through the broker and its emulator, and whatever secret went over the wire is looked for.
 */
import { randomUUID } from "node:crypto";
import { InMemorySpanExporter } from "@opentelemetry/sdk-trace";
import { seedSandboxCredentials } from "@/lib/accounts/sandbox-credentials";
import { itemsFor } from "@/lib/broker/policy";
import type { PortalSession } from "@/lib/broker/user";
import { personaBySubject, sandboxServices, sandboxVendors } from "@/lib/config/sandbox";
import { endPortalSession, grantFor } from "@/lib/grants/grant";
import { recordingsOf } from "@/lib/trace/buffer";
import { replaceTracing } from "@/lib/trace/trace";
import { emulators } from "@/sandbox/vendors";
import { serveVendorCalls } from "@/tests/in-process-vendor";

jest.mock("@/lib/auth/session", () => ({ getSession: jest.fn() }));
jest.mock("next/headers", () => ({ headers: jest.fn().mockRejectedValue(new Error("outside of a request")) }));

const services = sandboxServices();
const portalOrigin = "http://portal.localhost:3000";
const isSecretName = (name: string) => /token|secret|password|cookie|authorization|sessionState/i.test(name);

/** What has gone over the wire and would open something. */
const secrets = new Set<string>();

function remember(name: string, value: unknown): void {
  if (typeof value === "object" && value !== null)
    for (const [inner, one] of Object.entries(value)) remember(inner, one);
  else if (typeof value === "string" && isSecretName(name) && value.length >= 8) secrets.add(value);
}

function rememberHeaders(headers: Headers): void {
  for (const [name, value] of headers)
    if (name === "set-cookie") remember("cookie", value.split(";")[0]?.split("=")[1]);
    else if (name === "cookie") for (const pair of value.split("; ")) remember("cookie", pair.split("=")[1]);
    else remember(name, value.replace(/^Bearer /, ""));
}

function rememberBody(text: string): void {
  if (/^\s*\{/.test(text)) remember("", JSON.parse(text));
  else if (/^[\w.%]+=/.test(text)) for (const [name, value] of new URLSearchParams(text)) remember(name, value);
  else remember("token", text.trim());
}

const exporter = new InMemorySpanExporter();
let flush: () => Promise<void>;

beforeAll(async () => {
  flush = replaceTracing(exporter);
  await seedSandboxCredentials();
  const running = new Map(
    sandboxVendors.map(({ id }) => [
      new URL(services[id].internalOrigin).port,
      emulators[id]({
        origin: services[id].origin,
        portalOrigin,
        idpOrigin: services.idp.origin,
        idpInternalOrigin: services.idp.internalOrigin,
      }),
    ]),
  );
  serveVendorCalls(async (request) => {
    rememberHeaders(request.headers);
    rememberBody(await request.clone().text());
    const answer = await running.get(new URL(request.url).port)?.fetch(request);
    if (!answer) throw new Error(`No emulator for ${request.url}`);
    rememberHeaders(answer.headers);
    rememberBody(await answer.clone().text());
    return answer;
  });
});
afterAll(() => {
  replaceTracing(null);
});

const analyst = personaBySubject("persona-analyst");

const newSession = (): PortalSession => ({
  id: randomUUID(),
  user: {
    id: "persona-analyst",
    name: analyst?.name ?? "",
    email: analyst?.email ?? null,
    emailVerified: true,
    groups: analyst?.groups ?? [],
    claims: {},
    persona: true,
  },
  expiresAt: new Date(Date.now() + 3_600_000),
});

test.each(sandboxVendors.map(({ id }) => id))("%s: open, renew, sign out", async (vendorId) => {
  secrets.clear();
  exporter.reset();
  const session = newSession();
  const [item] = itemsFor(session.user, vendorId);
  const order = { session, vendorId, slug: item?.slug, headers: new Headers() };
  remember("grant", await grantFor({ ...order, requestId: randomUUID() }));
  remember("grant", await grantFor({ ...order, requestId: randomUUID(), renew: true }));
  await endPortalSession(session);
  await flush();

  const kept = recordingsOf(session.id);
  expect(kept.map(({ kind }) => kind)).toEqual(
    ["open", "renew", expect.stringMatching("revoke")].concat(kept.slice(3).map(() => "revoke")),
  );
  const text = JSON.stringify([
    kept,
    exporter.getFinishedSpans().map(({ name, attributes, events, status }) => ({ name, attributes, events, status })),
  ]);
  expect(secrets.size).toBeGreaterThan(3);
  expect([...secrets].filter((secret) => text.includes(secret))).toEqual([]);
  // That tokens went over is told, by their ends.
  expect(text).toMatch(/\w{4}…\S{3} \(\d+ characters/);
  expect(text).toContain("not shown");
});
