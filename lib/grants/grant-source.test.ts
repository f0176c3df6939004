import { QueryClient } from "@tanstack/react-query";
import { type GrantRefused, isGrantRefused } from "@/lib/vendors/embed-host";
import { grantKey, type Streamed } from "./grant-query";
import { grantSource } from "./grant-source";

type Grant = { token: string };

const address = { vendor: "v", endpoint: "/api/v/token", item: "a" };
const key = grantKey("v", "a");

let asked: { renew?: boolean }[] = [];
let answers: Response[] = [];

beforeEach(() => {
  asked = [];
  answers = [];
  jest.spyOn(globalThis, "fetch").mockImplementation(async (_url, init) => {
    asked.push(JSON.parse(String(init?.body)) as { renew?: boolean });
    return answers.shift() ?? Response.json({ token: `asked ${asked.length}` });
  });
});
afterEach(() => jest.restoreAllMocks());

function source(reusable: boolean, streamed?: Streamed<Grant>) {
  const queries = new QueryClient();
  if (streamed) queries.setQueryData(key, streamed);
  return grantSource<Grant>(queries, address, reusable);
}

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "granted",
    (error: unknown) => (isGrantRefused(error) ? error.problem.code : error),
  );

test("a refusal that was streamed is told at once, without asking again; the next try asks", async () => {
  const grants = source(true, { problem: { code: "vendor_timeout" }, at: Date.now() });
  expect(await codeOf(grants.take())).toBe("vendor_timeout");
  expect(asked).toHaveLength(0);
  expect(await grants.take()).toEqual({ token: "asked 1" });
});

test("a refusal of the route handler keeps its code, detail and request id", async () => {
  answers = [Response.json({ code: "item_forbidden", detail: "No.", requestId: "r1" }, { status: 403 })];
  const error = await source(true)
    .take()
    .catch((caught: unknown) => caught);
  expect((error as GrantRefused).problem).toMatchObject({ code: "item_forbidden", detail: "No.", requestId: "r1" });
});

test("an answer that is no problem of the closed list becomes portal_failed", async () => {
  answers = [new Response("<html>", { status: 502 })];
  expect(await codeOf(source(true).take())).toBe("portal_failed");
});

test("no network is offline", async () => {
  jest.mocked(fetch).mockRejectedValueOnce(new TypeError("Failed to fetch"));
  expect(await codeOf(source(true).take())).toBe("offline");
});

test("the streamed grant is taken first, and a single-use one only once", async () => {
  const grants = source(false, { grant: { token: "streamed" }, at: Date.now() });
  expect(await grants.take()).toEqual({ token: "streamed" });
  expect(await grants.take()).toEqual({ token: "asked 1" });
  expect(await grants.take()).toEqual({ token: "asked 2" });
});

test("a page that the Back button brings back does not use its single-use grant again", async () => {
  const streamed = { grant: { token: "streamed" }, at: Date.now() };
  expect(await source(false, streamed).take()).toEqual({ token: "streamed" });
  expect(await source(false, streamed).take()).toEqual({ token: "asked 1" });
});

test("a streamed grant that waited too long is not used", async () => {
  const grants = source(false, { grant: { token: "old" }, at: Date.now() - 60_000 });
  expect(await grants.take()).toEqual({ token: "asked 1" });
});

test("a reusable grant is shared by those who take it at the same time", async () => {
  const grants = source(true);
  const taken = await Promise.all([grants.take(), grants.take(), grants.take()]);
  expect(new Set(taken.map(({ token }) => token))).toEqual(new Set(["asked 1"]));
});

test("single-use grants asked for at the same time are different ones", async () => {
  const grants = source(false, { grant: { token: "streamed" }, at: Date.now() });
  const taken = await Promise.all([grants.take(), grants.take(), grants.renew()]);
  expect(new Set(taken.map(({ token }) => token)).size).toBe(3);
});

test("a renewal says so, and never returns the grant it renews", async () => {
  const grants = source(true, { grant: { token: "rejected" }, at: Date.now() });
  expect(await grants.renew()).toEqual({ token: "asked 1" });
  expect(asked).toEqual([{ item: "a", renew: true }]);
  expect(await grants.take()).toEqual({ token: "asked 1" });
});
