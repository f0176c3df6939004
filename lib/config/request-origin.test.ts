import { getConfig } from "./config";
import { rebaseRecordToRequestOrigin, rebaseToRequestOrigin, requestOrigin } from "./request-origin";

jest.mock("./config", () => ({ ...jest.requireActual("./config"), getConfig: jest.fn() }));

const branch = "https://portico-git-main.vercel.app";
const deployment = "https://portico-abc.vercel.app";
const configured = (sandboxMounted: boolean) =>
  jest.mocked(getConfig).mockReturnValue({
    origin: branch,
    alsoAt: [deployment, branch],
    sandboxMounted,
  } as unknown as ReturnType<typeof getConfig>);

const at = (origin: string) => {
  const { host, protocol } = new URL(origin);
  return new Headers({ host: "inner:3000", "x-forwarded-host": host, "x-forwarded-proto": protocol.slice(0, -1) });
};

describe("a preview", () => {
  beforeEach(() => configured(true));

  test.each([
    "https://evil.example",
    "http://portico-abc.vercel.app",
    "https://portico-abc.vercel.app.evil.example",
    "https://localhost.evil.example",
  ])("does not believe that it is at %s", (origin) => {
    expect(requestOrigin(at(origin))).toBe(branch);
  });

  test("believes no host name with more in it", () => {
    for (const host of [
      "localhost/x",
      "localhost@evil.example",
      "localhost, evil.example",
      "localhost:3000, evil.example",
    ])
      expect(requestOrigin(new Headers({ "x-forwarded-host": host }))).toBe(branch);
    expect(requestOrigin(new Headers())).toBe(branch);
  });

  test.each([
    deployment,
    branch,
    "http://localhost:3000",
    "http://127.0.0.1:3000",
    "https://portal.localhost:3000",
    "http://[::1]:3000",
  ])("is at %s when the visitor is", (origin) => {
    expect(requestOrigin(at(origin))).toBe(origin);
  });

  test("rebases its own addresses to the request's origin, and no others", () => {
    const headers = at(deployment);
    expect(rebaseToRequestOrigin(branch, headers)).toBe(deployment);
    expect(rebaseToRequestOrigin(`${branch}/sandbox/rocketchat?a=${branch}`, headers)).toBe(
      `${deployment}/sandbox/rocketchat?a=${branch}`,
    );
    for (const other of [`${branch}.evil.example/`, "https://chat.example/", "/open/rocketchat", ""])
      expect(rebaseToRequestOrigin(other, headers)).toBe(other);
    expect(rebaseRecordToRequestOrigin({ url: `${branch}/x`, orgId: 0, web: null }, headers)).toEqual({
      url: `${deployment}/x`,
      orgId: 0,
      web: null,
    });
  });
});

test("any other portal has one address, whatever a request says", () => {
  configured(false);
  for (const origin of [deployment, "http://localhost:3000", "https://evil.example"])
    expect(requestOrigin(at(origin))).toBe(branch);
});
