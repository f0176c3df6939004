import type { Item } from "@/lib/config/portal";
import { loginAddress, redirectTarget } from "./redirect-address";

const item: Item = {
  slug: "customer-health",
  vendor: "thoughtspot",
  kind: "visualization",
  title: "Healthy accounts",
  description: "",
  tags: [],
  open: [],
  target: { liveboardId: "lb", vizId: "viz" },
};
const config = {
  url: "https://example.thoughtspot.cloud",
  v1Prefix: "/callosum/v1",
  v1LoginPath: "session/auth/token",
} as const;
/** Everything that an encoding can get wrong. */
const token = "JHNo+aXJv/MSQ=&x=1#y?z %41";
const username = "a+b@portico.example";

test("the redirect target has the shape of the vendor's document", () => {
  expect(redirectTarget(config, item, "T")).toBe(
    "https://example.thoughtspot.cloud/?authtoken=T&embedApp=true&primaryNavHidden=true#/embed/viz/lb/viz",
  );
});

test("search, answers and Spotter are below /v2, as the SDK has them", () => {
  const answer = { ...item, kind: "answer", target: { answerId: "a" } };
  expect(redirectTarget(config, answer, "T")).toBe(
    "https://example.thoughtspot.cloud/v2/?authtoken=T&embedApp=true&primaryNavHidden=true#/embed/saved-answer/a",
  );
});

test("a search goes to its model, with its words, and runs", () => {
  const search = { ...item, kind: "search", target: { modelId: "m", query: "[Value] over 50% & [Region]" } };
  const address = new URL(redirectTarget(config, search, token));
  expect(address.hash).toBe("#/embed/answer");
  expect(Object.fromEntries(address.searchParams)).toEqual({
    authtoken: token,
    embedApp: "true",
    primaryNavHidden: "true",
    dataSources: '["m"]',
    searchTokenString: "[Value] over 50% & [Region]",
    executeSearch: "true",
  });
});

test("the whole application has its own navigation where the item says so", () => {
  const app = { ...item, kind: "app", target: { page: "home", navigation: "shown" } };
  expect(new URL(redirectTarget(config, app, "T")).searchParams.get("primaryNavHidden")).toBe("false");
  const bare = { ...app, target: { page: "home" } };
  expect(new URL(redirectTarget(config, bare, "T")).searchParams.get("primaryNavHidden")).toBe("true");
});

test("the request says auth_token, the address inside it authtoken", () => {
  const address = new URL(loginAddress(config, item, username, token));
  expect([...address.searchParams.keys()]).toEqual(["username", "auth_token", "redirect_url"]);
  const inner = new URL(address.searchParams.get("redirect_url") ?? "");
  expect(inner.searchParams.has("authtoken")).toBe(true);
  expect(inner.searchParams.has("auth_token")).toBe(false);
});

test("the token survives one decoding outside and two inside", () => {
  const address = new URL(loginAddress(config, item, username, token));
  expect(address.searchParams.get("username")).toBe(username);
  expect(address.searchParams.get("auth_token")).toBe(token);
  expect(new URL(address.searchParams.get("redirect_url") ?? "").searchParams.get("authtoken")).toBe(token);
  expect(address.hash).toBe("");
});

test("prefix and path follow the configuration", () => {
  const path = (change: object) => new URL(loginAddress({ ...config, ...change }, item, username, token)).pathname;
  expect(path({})).toBe("/callosum/v1/tspublic/v1/session/auth/token");
  expect(path({ v1Prefix: "" })).toBe("/tspublic/v1/session/auth/token");
  expect(path({ v1LoginPath: "session/login/token" })).toBe("/callosum/v1/tspublic/v1/session/login/token");
});
