import { readConfig } from "@/lib/config/config";
import { fetchFromIssuer, isSandboxIssuer } from "./issuer";

const oidc = {
  issuer: "https://login.example/realms/portal",
  internalUrl: "http://idp.internal:8080",
  clientId: "portal",
  clientSecret: "s",
  scope: "openid",
};

async function addressFor(url: string, settings = oidc): Promise<string> {
  const seen = jest.spyOn(globalThis, "fetch").mockResolvedValue(new Response("{}"));
  await fetchFromIssuer(settings)(url, { method: "POST" });
  const [target, init] = seen.mock.calls[0] ?? [];
  expect(init?.method).toBe("POST");
  expect(init?.signal).toBeInstanceOf(AbortSignal);
  seen.mockRestore();
  return String(target);
}

test("the server reaches the issuer over its internal address", async () => {
  expect(await addressFor("https://login.example/realms/portal/token?x=1")).toBe(
    "http://idp.internal:8080/realms/portal/token?x=1",
  );
});

test("other hosts than the issuer keep their address", async () => {
  expect(await addressFor("https://keys.example/jwks")).toBe("https://keys.example/jwks");
});

test("without an internal address nothing changes", async () => {
  const address = "https://login.example/realms/portal/token";
  expect(await addressFor(address, { ...oidc, internalUrl: oidc.issuer })).toBe(address);
});

test("a preview deployment offers no identity provider that its visitors could not reach", () => {
  const config = readConfig({
    VERCEL: "1",
    VERCEL_ENV: "preview",
    VERCEL_BRANCH_URL: "x.vercel.app",
    NODE_ENV: "production",
  });
  expect(config.oidc).toBeNull();
  expect(config.personas).toBe(true);
});

test("the sandbox's identity provider makes personas, a real one never", () => {
  const { oidc: sandbox } = readConfig({ PORTAL_SANDBOX: "on" });
  expect(sandbox && isSandboxIssuer(sandbox)).toBe(true);
  expect(isSandboxIssuer(oidc)).toBe(false);
});
