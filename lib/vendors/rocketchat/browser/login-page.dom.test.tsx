/** The portal's page in place of Rocket.Chat's login form, at top level: in the vendor's mobile app. */
import { act, render, screen } from "@testing-library/react";
import { LoginPage } from "./login-page";

const props = { url: "https://chat.example/rc", origin: "https://chat.example" };

const continueAt = () => screen.getByRole("link", { name: "Continue" }).getAttribute("href");

/** What the app puts into its web view's page, in our own words: messages of the page land in its address. */
function asMobileApp() {
  Object.assign(window, { ReactNativeWebView: { postMessage() {} } });
  const heard: { data: unknown; origin: string }[] = [];
  jest.spyOn(window, "postMessage").mockImplementation((data, origin) => heard.push({ data, origin: String(origin) }));
  return heard;
}

beforeEach(() => {
  window.history.replaceState(null, "", "/rocketchat/loading");
  const answer = { ok: true, json: async () => ({ token: "the-token", userId: "u", expiresAt: "x" }) };
  global.fetch = jest.fn(async () => answer as Response);
});

afterEach(() => {
  Reflect.deleteProperty(window, "ReactNativeWebView");
  jest.restoreAllMocks();
});

test("signed out, it leads through the portal's sign-in back to itself, not into Rocket.Chat's web client (ReactNative 2342)", () => {
  asMobileApp();
  render(<LoginPage {...props} signedIn={false} />);
  expect(continueAt()).toBe(`/signin?from=${encodeURIComponent("/rocketchat/loading")}`);
});

test("signed in, the app is given the token by this very window, in a page whose address names the server (ReactNative 2342)", async () => {
  const heard = asMobileApp();
  await act(async () => {
    render(<LoginPage {...props} signedIn />);
  });
  expect(heard).toEqual([
    { data: { event: "login-with-token", loginToken: "the-token" }, origin: window.location.origin },
  ]);
  expect(decodeURIComponent(window.location.href)).toContain(props.url);
  expect(window.location.href).not.toContain("the-token");
});

test("signed out in a browser, nothing is posted and no token is asked for", async () => {
  const post = jest.spyOn(window, "postMessage");
  await act(async () => {
    render(<LoginPage {...props} signedIn={false} />);
  });
  expect(continueAt()).toBe("/open/rocketchat?path=%2Fhome");
  expect(post).not.toHaveBeenCalled();
  expect(fetch).not.toHaveBeenCalled();
});
