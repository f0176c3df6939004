import { headers } from "next/headers";
import { getConfig } from "@/lib/config/config";
import { resolveSelfCall } from "./self-call";

jest.mock("next/headers", () => ({ headers: jest.fn() }));
jest.mock("@/lib/config/config", () => ({ ...jest.requireActual("@/lib/config/config"), getConfig: jest.fn() }));

const origin = "https://portico-git-main.vercel.app";
const deployment = "https://portico-abc.vercel.app";
const call = `${origin}/sandbox/rocketchat/api/info`;

const configured = (sandboxMounted: boolean) =>
  jest.mocked(getConfig).mockReturnValue({
    origin,
    alsoAt: [deployment, origin],
    sandboxMounted,
  } as unknown as ReturnType<typeof getConfig>);

const askedAt = (address: string, cookie = "") => {
  const { host, protocol } = new URL(address);
  const given = new Headers({ "x-forwarded-host": host, "x-forwarded-proto": protocol.slice(0, -1), cookie });
  jest.mocked(headers).mockResolvedValue(given as Awaited<ReturnType<typeof headers>>);
};

beforeEach(() => configured(true));
afterEach(() => {
  delete process.env.VERCEL_AUTOMATION_BYPASS_SECRET;
});

test("a call to anything but the mounted sandbox stays as it is", async () => {
  askedAt(origin, "_vercel_jwt=pass");
  for (const other of [
    "https://chat.example/sandbox/x",
    `${origin}/api/health`,
    `${origin}.evil.example/sandbox/x`,
    `${origin}/sandboxes/x`,
  ])
    expect(await resolveSelfCall(other)).toBeNull();
  configured(false);
  expect(await resolveSelfCall(call)).toBeNull();
});

test("it goes to where the visitor is, with the visitor's pass and no other cookie", async () => {
  askedAt(deployment, "__Host-authjs.session-token=s; _vercel_jwt=pass; rc_token=t");
  expect(await resolveSelfCall(call)).toEqual({
    url: `${deployment}/sandbox/rocketchat/api/info`,
    headers: { cookie: "_vercel_jwt=pass" },
  });
});

test("the deployment's own pass goes to addresses that Vercel named, and to no other", async () => {
  process.env.VERCEL_AUTOMATION_BYPASS_SECRET = "s3cret";
  askedAt(deployment);
  expect((await resolveSelfCall(call))?.headers).toEqual({ "x-vercel-protection-bypass": "s3cret" });
  askedAt("https://localhost:4443");
  expect((await resolveSelfCall(call))?.headers).toEqual({});
  askedAt("https://evil.example");
  expect((await resolveSelfCall(call))?.url).toBe(call);
});

test("a name of this machine is called by its number, which every Node resolves", async () => {
  askedAt("http://portal.localhost:3000");
  expect((await resolveSelfCall(call))?.url).toBe("http://127.0.0.1:3000/sandbox/rocketchat/api/info");
});

test("outside of a request it goes to the configured address", async () => {
  jest.mocked(headers).mockRejectedValue(new Error("outside a request scope"));
  expect(await resolveSelfCall(call)).toEqual({ url: call, headers: {} });
});
