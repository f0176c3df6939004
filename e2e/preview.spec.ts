/**
 * A preview on Vercel with nothing set but what Vercel sets: one process, no sandbox beside it, behind an edge that
 * ends TLS and asks for a pass. The portal must work.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { personas } from "../lib/config/sandbox";
import { selfSigned } from "./fixtures/certificate";
import { type Edge, startEdge } from "./fixtures/edge";
import { expectInteractive, expectShown } from "./fixtures/embed";
import { portalOrigin, ports } from "./fixtures/places";
import { type SandboxId, sandbox } from "./fixtures/sandbox-control";
import { expect, type Page, test } from "./fixtures/test";

const ownPort = ports.portal + 40;
const edgePort = ports.portal + 41;
/** Nothing listens here: the preview must not need a sandbox process. */
const nobody = ports.sandbox + 40;
const hosts = { deployment: "portico-abc.localhost", branch: "portico-git-main.localhost" } as const;
const origins = {
  deployment: `https://${hosts.deployment}:${edgePort}`,
  branch: `https://${hosts.branch}:${edgePort}`,
};

/** An item of each vendor that everybody may open: its page, and what the vendor calls it. */
const items = [
  {
    vendor: "microstrategy",
    item: "sales-performance",
    path: "/dashboards",
    object: "7C1F4A92B06E4D35A8C3E5170F9B2D61",
  },
  { vendor: "rocketchat", item: "general", path: "/chat", object: "general" },
  { vendor: "thoughtspot", item: "customer-health", path: "/insights", object: "3f2a8c61-7d94-4e05-b1c8-52d09e6a7f13" },
] as const;

let folder: string;
let edge: Edge;
let preview: ChildProcess;

/** The environment of a preview: nothing of this process's own but where programs are. */
const environment = (): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  HOME: process.env.HOME,
  NODE_ENV: "production",
  NODE_EXTRA_CA_CERTS: join(folder, "cert.pem"),
  NEXT_TELEMETRY_DISABLED: "1",
  SANDBOX_PORT: String(nobody),
  VERCEL: "1",
  VERCEL_ENV: "preview",
  VERCEL_URL: new URL(origins.deployment).host,
  VERCEL_BRANCH_URL: new URL(origins.branch).host,
});

async function startPreview(): Promise<void> {
  preview = spawn(
    process.execPath,
    ["node_modules/next/dist/bin/next", "start", "-H", "127.0.0.1", "-p", String(ownPort)],
    { env: environment(), stdio: "ignore" },
  );
  const healthy = () =>
    fetch(`http://127.0.0.1:${ownPort}/api/health`).then(
      (response) => response.ok,
      () => false,
    );
  await expect.poll(healthy, { timeout: 20_000 }).toBe(true);
}

async function stopPreview(): Promise<void> {
  const ended = once(preview, "exit");
  preview.kill("SIGTERM");
  await ended;
}

const accountsOf = (name: string) => personas.find(({ persona }) => persona === name)?.accounts ?? {};

async function expectAllThree(page: Page, persona: string, origin: string): Promise<void> {
  const accounts = accountsOf(persona);
  for (const { vendor, item, path, object } of items) {
    await page.goto(`${path}/${item}`);
    const open = await expectInteractive(page, vendor, item);
    await expectShown(open, accounts[vendor] ?? "nobody", object);
    // In the frame, and not only in its first address: the whole vendor is at the address the visitor is on.
    const at = await open.frame.locator("body").evaluate(() => location.href);
    expect(at.startsWith(`${origin}/sandbox/${vendor}/`) || at.startsWith(`${origin}/sandbox/${vendor}?`), at).toBe(
      true,
    );
  }
}

test.describe.configure({ mode: "serial" });

test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "portico-preview-"));
  const certificate = selfSigned([...Object.values(hosts), "127.0.0.1"]);
  writeFileSync(join(folder, "cert.pem"), certificate.cert);
  edge = await startEdge(edgePort, ownPort, certificate);
  await startPreview();
});

test.afterAll(async () => {
  await stopPreview();
  await edge.stop();
  rmSync(folder, { recursive: true, force: true });
});

for (const [place, origin] of Object.entries(origins))
  test.describe(`at the ${place}'s address, protected`, () => {
    test.use({ baseURL: origin, contextOptions: { ignoreHTTPSErrors: true } });

    test.beforeEach(({ context }) => context.addCookies([{ ...edge.pass, url: origin, secure: true, httpOnly: true }]));

    for (const persona of ["analyst", "viewer"] as const)
      test(`three products open as the ${persona}'s own accounts`, async ({ page, signInAs }) => {
        await signInAs(persona);
        await expectAllThree(page, persona, origin);
        expect(edge.turnedAway).toBe(0);
      });
  });
