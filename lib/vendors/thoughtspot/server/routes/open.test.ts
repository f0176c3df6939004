/** The redirect login as a link: when it makes a token, and where it leads. */
import { Problem } from "@/lib/problem/problem";
import { openItem } from "./open";

const getSession = jest.fn();
const grant = jest.fn();
jest.mock("@/lib/auth/session", () => ({ getSession: () => getSession() }));
jest.mock("@/lib/broker/broker", () => ({ grant: (request: unknown) => grant(request) }));
jest.mock("@/lib/broker/policy", () => ({ itemFor: () => ({ slug: "board", kind: "liveboard", target: {} }) }));

const login = "http://thoughtspot.localhost:4003/callosum/v1/tspublic/v1/session/auth/token?auth_token=t";

beforeEach(() => {
  getSession.mockReset().mockResolvedValue({ id: "s", user: { id: "u" } });
  grant.mockReset().mockResolvedValue({ url: login });
});

const open = (item: string, { search = "", headers = {}, method = "GET" } = {}) =>
  openItem(new Request(`http://portal.localhost:3000/open/thoughtspot/x${search}`, { method, headers }), {
    params: Promise.resolve({ item }),
  });

test("leads to ThoughtSpot's login step, and tells it not where the browser came from", async () => {
  const response = await open("board");
  expect(response.status).toBe(303);
  expect(response.headers.get("location")).toMatch(/^http:\/\/thoughtspot\.localhost:4003\/.*auth_token=t/);
  expect(response.headers.get("referrer-policy")).toBe("no-referrer");
});

test.each([
  ["a look at the headers", { method: "HEAD" }, 204],
  ["a prefetch", { headers: { "sec-purpose": "prefetch;prerender" } }, 204],
  ["a picture", { headers: { "sec-fetch-dest": "image" } }, 403],
  ["a frame", { headers: { "sec-fetch-dest": "iframe" } }, 403],
])("%s makes no token", async (_what, options, status) => {
  expect((await open("board", options)).status).toBe(status);
  expect(grant).not.toHaveBeenCalled();
});

test.each(["", "../x", "a/b", "%2e%2e", "Board", "a".repeat(101), "a\r\nx"])("%j is no item", async (item) => {
  expect((await open(item)).status).toBe(404);
  expect(grant).not.toHaveBeenCalled();
});

test("signed out, it comes back with its filters after sign-in", async () => {
  getSession.mockResolvedValue(null);
  const response = await open("board", { search: "?filter.Region=EMEA&filter.Year=2026" });
  const target = new URL(response.headers.get("location") ?? "", "http://portal.localhost:3000");
  expect(target.pathname).toBe("/signin");
  expect(target.searchParams.get("from")).toBe("/open/thoughtspot/board?filter.Region=EMEA&filter.Year=2026");
  expect(grant).not.toHaveBeenCalled();
});

test("refused, it leads to the item's page, which says why", async () => {
  grant.mockRejectedValue(new Problem("item_forbidden"));
  expect((await open("board")).headers.get("location")).toBe("/insights/board");
});
