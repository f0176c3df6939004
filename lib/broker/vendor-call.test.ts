import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { log } from "@/lib/log";
import { isProblem, type Problem } from "@/lib/problem/problem";
import { resolveSelfCall } from "./self-call";
import { callVendor, downSince, type VendorRequest } from "./vendor-call";

jest.mock("./self-call", () => {
  const actual = jest.requireActual<typeof import("./self-call")>("./self-call");
  return { ...actual, resolveSelfCall: jest.fn(actual.resolveSelfCall) };
});

let server: Server;
let listener: RequestListener;
let vendors = 0;
let vendor: string;

beforeAll(async () => {
  server = createServer((request, response) => listener(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  vendor = `vendor-${++vendors}`;
});

const call = (given: Partial<VendorRequest> = {}) =>
  callVendor({
    vendor,
    vendorName: "Vendor",
    method: "GET",
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/x`,
    ...given,
  });

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "answered",
    (error: unknown) => (isProblem(error) ? error.code : error),
  );

test("a vendor that never answers is cut off as vendor_timeout", async () => {
  listener = () => {};
  expect(await codeOf(call({ timeoutMs: 50 }))).toBe("vendor_timeout");
});

test("a vendor that trickles its body is cut off as vendor_timeout", async () => {
  listener = (_request, response) => {
    response.write("a");
  };
  expect(await codeOf(call({ timeoutMs: 50 }))).toBe("vendor_timeout");
});

test("a vendor that hangs up is vendor_unreachable", async () => {
  listener = (request) => request.socket.destroy();
  expect(await codeOf(call())).toBe("vendor_unreachable");
});

test("a sign-in page in place of the preview's own answer says what to switch on", async () => {
  listener = (_request, response) => {
    response.setHeader("set-cookie", "_vercel_sso_nonce=n");
    response.writeHead(401).end("Authentication Required");
  };
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/sandbox/x`;
  jest.mocked(resolveSelfCall).mockResolvedValueOnce({ url, headers: {} });
  const refused = await call().catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: "vendor_misconfigured" });
  expect((refused as Problem).options.detail).toContain("Protection Bypass for Automation");
});

test("a vendor's cookies and the pass of a preview travel together", async () => {
  let cookies: string | undefined;
  listener = (request, response) => {
    cookies = request.headers.cookie;
    response.setHeader("x-request-id", "1");
    response.end("{}");
  };
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/sandbox/x`;
  jest.mocked(resolveSelfCall).mockResolvedValueOnce({ url, headers: { cookie: "_vercel_jwt=p" } });
  await call({ headers: { cookie: "JSESSIONID=j" } });
  expect(cookies).toBe("JSESSIONID=j; _vercel_jwt=p");
});

test("an answer over one MiB is refused", async () => {
  listener = (_request, response) => response.end(Buffer.alloc(1024 * 1024 + 1, "a"));
  expect(await codeOf(call())).toBe("vendor_bad_answer");
});

test("HTML in place of JSON is vendor_bad_answer", async () => {
  listener = (_request, response) => response.end("<html>proxy</html>");
  const answer = await call();
  expect(() => answer.json()).toThrow("vendor_bad_answer");
});

test("a vendor is asked for its answer as it is, not compressed", async () => {
  let encoding: string | undefined;
  listener = (request, response) => {
    encoding = request.headers["accept-encoding"] as string | undefined;
    response.end("{}");
  };
  await call();
  expect(encoding).toBe("identity");
});

test("a redirect is not followed", async () => {
  let followed = false;
  listener = (request, response) => {
    followed ||= request.url !== "/x";
    response.writeHead(302, { location: "/metadata" }).end();
  };
  expect((await call()).status).toBe(302);
  expect(followed).toBe(false);
});

test("any status is an answer, with every cookie", async () => {
  listener = (_request, response) =>
    response.writeHead(401, { "set-cookie": ["a=1; Path=/", "b=2; HttpOnly"] }).end('{"code":"ERR003"}');
  const answer = await call();
  expect([answer.status, answer.json(), answer.cookies]).toEqual([
    401,
    { code: "ERR003" },
    ["a=1; Path=/", "b=2; HttpOnly"],
  ]);
});

test("one vendor's open circuit leaves the others alone", async () => {
  listener = (request) => request.socket.destroy();
  for (let n = 0; n < 10; n++) await codeOf(call());
  let reached = false;
  listener = (_request, response) => {
    reached = true;
    response.end("{}");
  };
  expect(await codeOf(call())).toBe("vendor_unreachable");
  expect(reached).toBe(false);
  expect(downSince(vendor)).toBeInstanceOf(Date);
  expect(await codeOf(call({ vendor: `${vendor}-other` }))).toBe("answered");
});

test("users who leave before the answer neither open the circuit nor have the vendor called down", async () => {
  for (let n = 0; n < 12; n++) {
    const user = new AbortController();
    listener = () => user.abort();
    expect(await codeOf(call({ signal: user.signal }))).toBe("vendor_busy");
  }
  expect(downSince(vendor)).toBeUndefined();
  listener = (_request, response) => response.end("{}");
  expect(await codeOf(call())).toBe("answered");
});

test("a vendor that holds its calls holds 32 at most, 64 more wait, and other vendors are answered meanwhile", async () => {
  const held: (() => void)[] = [];
  const allHeld = new Promise<void>((resolve) => {
    listener = (_request, response) => {
      held.push(() => response.end("{}"));
      if (held.length === 32) resolve();
    };
  });
  const calls = Array.from({ length: 97 }, () => codeOf(call()));
  await allHeld;
  expect(await calls[96]).toBe("vendor_busy");
  listener = (_request, response) => response.end("{}");
  expect(await codeOf(call({ vendor: `${vendor}-other` }))).toBe("answered");
  expect(held).toHaveLength(32);
  for (const answer of held) answer();
  expect((await Promise.all(calls)).filter((code) => code === "answered")).toHaveLength(96);
});

describe("the log says where a vendor was looked for and why nothing came", () => {
  const warn = jest.spyOn(log, "warn").mockImplementation(() => undefined);
  beforeEach(() => warn.mockClear());
  const said = () => warn.mock.calls.map(([fields]) => fields as unknown);

  test("by host, cause and variable, and never with the path, the query or a header", async () => {
    const unused = createServer().listen(0, "127.0.0.1");
    await once(unused, "listening");
    const { port } = unused.address() as AddressInfo;
    unused.close();
    await once(unused, "close");
    process.env[`${vendor.toUpperCase()}_INTERNAL_URL`] = `http://127.0.0.1:${port}/base `;
    const secret = { url: `http://127.0.0.1:${port}/canary?token=canary`, headers: { authorization: "canary" } };
    expect(await codeOf(call(secret))).toBe("vendor_unreachable");
    delete process.env[`${vendor.toUpperCase()}_INTERNAL_URL`];
    expect(said()).toEqual([
      { vendor, host: `127.0.0.1:${port}`, cause: "ECONNREFUSED", variable: `${vendor.toUpperCase()}_INTERNAL_URL` },
    ]);
    expect(JSON.stringify(warn.mock.calls)).not.toContain("canary");
  });

  test("once for many calls that meet the same, and again for another cause", async () => {
    listener = (request) => request.socket.destroy();
    await Promise.all(Array.from({ length: 5 }, () => codeOf(call())));
    listener = () => {};
    await codeOf(call({ timeoutMs: 50 }));
    expect(said()).toEqual([
      expect.objectContaining({ vendor, cause: expect.stringMatching(/^(UND_ERR_SOCKET|ECONNRESET)$/) }),
      expect.objectContaining({ vendor, cause: "TIMEOUT" }),
    ]);
  });

  test("and nothing about answers, whatever their status", async () => {
    listener = (_request, response) => response.writeHead(500).end();
    await call();
    expect(said()).toEqual([]);
  });
});

test("what no header can hold is the vendor's failure, and is never sent", async () => {
  let asked = 0;
  listener = (_request, response) => {
    asked += 1;
    response.end("{}");
  };
  for (const value of ["a\nb", "a\r\nx-injected: b", "a\u0000", "a\u007f"])
    expect(await codeOf(call({ headers: { "x-auth-token": value } }))).toBe("vendor_failed");
  expect(asked).toBe(0);
});
