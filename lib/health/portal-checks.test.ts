/**
 * The doctor's catalogue for the portal itself. The identity provider is the sandbox's, spoken to over HTTP; each
 * misconfiguration is named, with no other finding.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { getConfig, type OidcConfig } from "@/lib/config/config";
import { sandboxSecret, sandboxServices } from "@/lib/config/sandbox";
import { Problem } from "@/lib/problem/problem";
import { checkStore } from "@/lib/store/database";
import { countSealedRows } from "@/lib/store/reseal";
import { examine } from "@/lib/vendors/examine";
import { changeConfig, expectOnly, failure, type Misconfiguration, troubles } from "@/tests/doctor-catalogue";
import { portalChecks } from "./portal-checks";

jest.mock("@/lib/store/database", () => ({
  ...jest.requireActual<typeof import("@/lib/store/database")>("@/lib/store/database"),
  checkStore: jest.fn(),
}));
jest.mock("@/lib/store/reseal", () => ({ countSealedRows: jest.fn() }));

const port = 23_500 + (process.pid % 2_000) * 4;
const { idp } = sandboxServices(port);
const config = changeConfig();
const subject = { name: "the portal", prefix: "AUTH_" };
const portalOrigin = "http://portal.localhost:3000";

let sandbox: ChildProcess;
let portal: Server;
let answer: RequestListener;

/** As a portal whose people sign in with OpenID Connect. */
const oidc = (change: Partial<OidcConfig> = {}): OidcConfig => ({
  issuer: idp.origin,
  internalUrl: idp.internalOrigin,
  clientId: "portico",
  clientSecret: sandboxSecret("idp:client-secret"),
  scope: "openid profile email",
  ...change,
});

const listening = async (listener: RequestListener): Promise<Server> => {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
};
const portOf = (server: Server) => (server.address() as AddressInfo).port;
/** An address of this machine at which nothing listens. */
async function deadAddress(): Promise<string> {
  const server = await listening(() => {});
  const address = `http://127.0.0.1:${portOf(server)}`;
  await closed(server);
  return address;
}
const closed = (server: Server) => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
};

beforeAll(async () => {
  sandbox = spawn(process.execPath, ["--import", "tsx", "sandbox/server.ts"], {
    cwd: join(__dirname, "../.."),
    env: { ...process.env, SANDBOX_PORT: String(port), PORTAL_ORIGIN: portalOrigin },
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (!sandbox.stdout) throw new Error("no output");
  await once(createInterface({ input: sandbox.stdout }), "line");
  portal = await listening((request, response) => answer(request, response));
}, 60_000);

afterAll(async () => {
  sandbox.kill();
  await Promise.all([once(sandbox, "exit"), closed(portal)]);
});

const health: RequestListener = (_request, response) =>
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ status: "ok" }));

beforeEach(() => {
  answer = health;
  jest.mocked(checkStore).mockResolvedValue("file");
  jest.mocked(countSealedRows).mockResolvedValue([]);
  config.set({ origin: portalOrigin, oidc: oidc(), personas: true, redirectProxyUrl: null });
});
afterEach(() => config.restore());

/** The portal at an address that answers here; its redirect address is the registered one all the same. */
const running = (origin = `http://127.0.0.1:${portOf(portal)}`) =>
  config.set({ origin, redirectProxyUrl: `${portalOrigin}/api/auth` });

test("finds nothing in a portal that is set up, and says what it has proved", async () => {
  running();
  const findings = await examine(portalChecks(), subject);
  expect(findings.map(({ id, result }) => [id, result])).toEqual([
    ["portal.transport", "ok"],
    ["portal.address", "ok"],
    ["portal.store", "ok"],
    ["portal.sealing", "ok"],
    ["portal.stored-logins", "ok"],
    ["portal.sign-in", "ok"],
    ["portal.sign-in-client", "ok"],
    ["portal.sign-in-callback", "ok"],
  ]);
});

test("an address at which nothing answers from here is not checked, and not ok", async () => {
  running(await deadAddress());
  const findings = await examine(portalChecks(), subject);
  expect(findings.find(({ id }) => id === "portal.address")).toMatchObject({ result: "not checked", beyond: true });
  expect(troubles(findings)).toEqual([]);
});

test("a portal with personas alone asks no identity provider", async () => {
  config.set({ oidc: null });
  expect((await examine(portalChecks(), subject)).filter(({ id }) => id.startsWith("portal.sign-in"))).toEqual([
    expect.objectContaining({ id: "portal.sign-in", result: "ok" }),
  ]);
});

interface Case extends Misconfiguration {
  readonly setUp: () => unknown;
}

const store = (error: unknown, databaseUrl = "postgres://portal:canary@db.example:5432/portal") => {
  config.set({ databaseUrl });
  jest.mocked(checkStore).mockRejectedValue(new Problem("store_busy", { cause: error }));
};

/** Another server as the issuer, until the test ends. */
const others: Server[] = [];
afterEach(() => Promise.all(others.splice(0).map(closed)));
async function issuerThat(listener: RequestListener): Promise<string> {
  const server = await listening(listener);
  others.push(server);
  const address = `http://127.0.0.1:${portOf(server)}`;
  config.set({ oidc: oidc({ issuer: address, internalUrl: address }), personas: true });
  return address;
}

const catalogue: readonly Case[] = [
  {
    name: "a portal on plain http for others than this machine",
    setUp: () => config.set({ origin: "http://portal.example.invalid", redirectProxyUrl: `${portalOrigin}/api/auth` }),
    finding: "portal.transport",
    says: ["AUTH_URL", /https/],
  },
  {
    name: "another application at the portal's address",
    setUp: () => {
      running();
      answer = (_request, response) => response.end("<html>Welcome to nginx");
    },
    finding: "portal.address",
    says: ["AUTH_URL", /Something else answers/],
  },
  {
    name: "a database server that is stopped",
    setUp: () => store(failure("ECONNREFUSED")),
    finding: "portal.store",
    says: [/port 5432 of db\.example/, "DATABASE_URL"],
  },
  {
    name: "a database whose name does not resolve",
    setUp: () => store(failure("ENOTFOUND")),
    finding: "portal.store",
    says: [/db\.example does not resolve/, "DATABASE_URL"],
  },
  {
    name: "a wrong password of the database",
    setUp: () => store(failure("28P01")),
    finding: "portal.store",
    says: [/refuses the user or the password/, "DATABASE_URL"],
  },
  {
    name: "a database that does not exist",
    setUp: () => store(failure("3D000")),
    finding: "portal.store",
    says: [/no database of that name/, "DATABASE_URL"],
  },
  {
    name: "a full disk",
    setUp: () => store(failure("SQLITE_FULL"), "/var/lib/portal/portal.db"),
    finding: "portal.store",
    says: [/SQLITE_FULL/, /disk/, "DATABASE_URL"],
  },
  {
    name: "a store in memory, in production",
    setUp: () => {
      config.set({ sandbox: false });
      jest.mocked(checkStore).mockResolvedValue("memory");
    },
    finding: "portal.store",
    says: [/kept in memory/, "DATABASE_URL"],
  },
  {
    name: "a store in memory, in a sandbox",
    setUp: () => {
      config.set({ sandbox: true });
      jest.mocked(checkStore).mockResolvedValue("memory");
    },
    finding: "portal.store",
    result: "warning",
    says: ["DATABASE_URL"],
  },
  {
    name: "a sealing key that was removed too early",
    setUp: () =>
      jest.mocked(countSealedRows).mockResolvedValue([{ table: "credential", keyId: "old", key: "unknown", rows: 3 }]),
    finding: "portal.stored-logins",
    says: [/3 linked logins/, "PORTAL_SEALING_KEYS", /npm run reseal/],
  },
  {
    name: "an identity provider that is stopped",
    setUp: async () => {
      const address = await deadAddress();
      config.set({ oidc: oidc({ issuer: address, internalUrl: address }) });
    },
    finding: "portal.sign-in",
    says: [/refuses the connection/, "AUTH_OIDC_ISSUER"],
  },
  {
    name: "an internal address of the identity provider that leads nowhere, by its own variable",
    setUp: async () =>
      config.set({ oidc: oidc({ issuer: "https://login.example", internalUrl: await deadAddress() }) }),
    finding: "portal.sign-in",
    says: ["AUTH_OIDC_INTERNAL_URL"],
  },
  {
    name: "another site in place of the identity provider",
    setUp: () => issuerThat((_request, response) => response.end("<html>Welcome")),
    finding: "portal.sign-in",
    says: [/not with a discovery document/, "AUTH_OIDC_ISSUER"],
  },
  {
    name: "an issuer that is another one to the last character",
    setUp: () =>
      issuerThat((_request, response) =>
        response
          .writeHead(200, { "content-type": "application/json" })
          .end(JSON.stringify({ issuer: "https://login.example/" })),
      ),
    finding: "portal.sign-in",
    says: [/another issuer/, "AUTH_OIDC_ISSUER"],
  },
  {
    name: "a wrong secret of the client",
    setUp: () => config.set({ oidc: oidc({ clientSecret: "wrong" }) }),
    finding: "portal.sign-in-client",
    says: ["AUTH_OIDC_SECRET"],
  },
  {
    name: "a client that does not exist",
    setUp: () => config.set({ oidc: oidc({ clientId: "another" }) }),
    finding: "portal.sign-in-client",
    says: ["AUTH_OIDC_ID"],
  },
  {
    name: "a redirect address that is not registered",
    setUp: () => config.set({ redirectProxyUrl: "https://elsewhere.example/api/auth" }),
    finding: "portal.sign-in-callback",
    says: ["https://elsewhere.example/api/auth/callback/oidc", /redirect URIs/],
  },
];

test.each(catalogue)("names $name", async ({ setUp, ...misconfiguration }) => {
  await setUp();
  await expectOnly(misconfiguration, portalChecks(), subject);
});

test("no finding shows the database's password or the client's secret", async () => {
  store(failure("28P01"));
  config.set({ oidc: oidc({ clientSecret: "canary-of-the-client" }) });
  expect(getConfig().databaseUrl).toContain("canary");
  expect(JSON.stringify(await examine(portalChecks(), subject))).not.toContain("canary");
});
