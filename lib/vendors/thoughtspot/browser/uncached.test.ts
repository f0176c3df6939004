import { leaveCacheOut } from "./uncached";

const host = "https://example.thoughtspot.cloud";
const real = globalThis.fetch;
const plain = jest.fn(async (_input: RequestInfo | URL, _init?: RequestInit) => new Response());

beforeAll(() => {
  globalThis.fetch = plain;
  leaveCacheOut(host);
  leaveCacheOut(host);
});
afterAll(() => {
  globalThis.fetch = real;
});
beforeEach(() => plain.mockClear());

const cacheOf = () => plain.mock.calls.map(([, init]) => init?.cache);

test("what the SDK asks ThoughtSpot waits for nothing in the cache, as an address or as a request", async () => {
  const headers = { "x-requested-by": "ThoughtSpot" };
  await fetch(`${host}/callosum/v1/session/isactive`, { headers });
  await fetch(new URL(`${host}/prism/preauth/info`));
  await fetch(new Request(`${host}/callosum/v1/session/info`));
  expect(cacheOf()).toEqual(["no-store", "no-store", "no-store"]);
  expect(plain.mock.calls[0]?.[1]).toEqual({ cache: "no-store", headers });
});

test("other addresses are asked as before, those that only begin alike too", async () => {
  for (const address of ["/api/thoughtspot/token", `${host}.evil.example/x`]) await fetch(address);
  expect(cacheOf()).toEqual([undefined, undefined]);
});

test("a call that says what it wants of the cache has it", async () => {
  await fetch(`${host}/x`, { cache: "reload" });
  expect(cacheOf()).toEqual(["reload"]);
});
