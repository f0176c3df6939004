/**
 * A production build loads server modules once for pages and once for route handlers, in one process. Here the same is
 * played by two copies of the broker that share `globalThis`.
 */
import { randomUUID } from "node:crypto";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { ConnectionKey } from "@/lib/broker/connection-key";
import type { UserContext, VendorAdapter } from "@/lib/broker/vendor-adapter";

function loadCopy() {
  let copy: ReturnType<typeof modules> | undefined;
  const modules = () => ({
    problem: jest.requireActual<typeof import("@/lib/problem/problem")>("@/lib/problem/problem"),
    connections: jest.requireActual<typeof import("@/lib/broker/connections")>("@/lib/broker/connections"),
    guard: jest.requireActual<typeof import("@/lib/http/guard")>("@/lib/http/guard"),
    rateLimit: jest.requireActual<typeof import("@/lib/broker/rate-limit")>("@/lib/broker/rate-limit"),
    vendorCall: jest.requireActual<typeof import("@/lib/broker/vendor-call")>("@/lib/broker/vendor-call"),
    limiter: jest.requireActual<typeof import("rate-limiter-flexible")>("rate-limiter-flexible"),
  });
  jest.isolateModules(() => {
    copy = modules();
  });
  if (!copy) throw new Error("The copy did not load");
  return copy;
}

type Copy = ReturnType<typeof loadCopy>;

/** The status that a route handler of this copy answers for an error. */
const statusOf = (copy: Copy, promise: Promise<unknown>) =>
  promise.then(
    () => 200,
    (error: unknown) => copy.guard.problemResponse(error, randomUUID()).status,
  );

let pages: Copy;
let routes: Copy;
let server: Server;
let listener: RequestListener;

beforeEach(() => {
  // What is once per process starts empty, so that the first caller of each case is the one who makes it.
  (globalThis as { portico?: unknown }).portico = undefined;
  [pages, routes] = [loadCopy(), loadCopy()];
});

beforeAll(async () => {
  server = createServer((request, response) => listener(request, response)).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test("the two copies have classes of their own, or this file would prove nothing", () => {
  expect(pages.problem.Problem).not.toBe(routes.problem.Problem);
  expect(pages.limiter.RateLimiterRes).not.toBe(routes.limiter.RateLimiterRes);
});

/** Each case runs in both orders: who comes first makes the shared object. */
const orders: [string, () => [Copy, Copy]][] = [
  ["the page first", () => [pages, routes]],
  ["the API first", () => [routes, pages]],
];

describe.each(orders)("%s", (_name, inOrder) => {
  test("whoever waits for the same failing connect gets the vendor's code", async () => {
    const [first, second] = inOrder();
    const key: ConnectionKey = {
      session: {
        id: randomUUID(),
        user: { id: "u", name: "U", email: null, emailVerified: false, groups: [], claims: {}, persona: true },
        expiresAt: new Date(Date.now() + 3600_000),
      },
      vendor: "boards",
      scope: "",
      account: "u",
    };
    let fail = () => {};
    const failing = new Promise<void>((resolve) => {
      fail = resolve;
    });
    const vendorOf = (copy: Copy): VendorAdapter<null> => ({
      id: "boards",
      name: "Boards",
      renewal: "connection",
      maxLifetimeMs: 3600_000,
      scope: () => "",
      connect: async () => {
        await failing;
        throw new copy.problem.Problem("vendor_timeout");
      },
      mint: async () => ({ grant: {} }),
      revoke: async () => {},
    });
    const obtain = (copy: Copy) =>
      statusOf(copy, copy.connections.obtainConnection(vendorOf(copy), {} as UserContext<null>, key, 0));
    const both = [obtain(first), obtain(second)];
    fail();
    expect(await Promise.all(both)).toEqual([504, 504]);
  });

  test("the grant limit that one reaches is 429 in both", async () => {
    const [first, second] = inOrder();
    const user = randomUUID();
    const ask = (copy: Copy) => statusOf(copy, copy.rateLimit.countGrant(user, "boards"));
    const statuses: number[] = [];
    for (let time = 0; time < 301; time += 1) statuses.push(await ask(first));
    expect(statuses.filter((status) => status === 429)).toHaveLength(1);
    expect([await ask(second), await ask(first)]).toEqual([429, 429]);
  });

  test("the circuit that the failures of one open is open for both", async () => {
    const [first, second] = inOrder();
    const vendor = `circuit-${randomUUID()}`;
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const call = (copy: Copy) =>
      statusOf(copy, copy.vendorCall.callVendor({ vendor, vendorName: "Boards", method: "GET", url }));
    let reached = 0;
    listener = (request) => {
      reached += 1;
      request.socket.destroy();
    };
    await call(first); // makes the policy
    for (let time = 0; time < 13; time += 1) await call(second);
    expect(reached).toBe(10);
    expect(await call(first)).toBe(502);
    expect(reached).toBe(10);
  });
});

test("refusals of anonymous callers stay refusals, however many they are", async () => {
  const kept: boolean[] = [];
  for (let time = 0; time < 720; time += 1)
    kept.push(await (time % 2 ? pages : routes).rateLimit.keepsRefusal(undefined));
  expect(kept.filter(Boolean)).toHaveLength(600);
});
