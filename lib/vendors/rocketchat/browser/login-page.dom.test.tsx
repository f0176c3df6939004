/** The portal's page in place of Rocket.Chat's login form: at top level, in the vendor's mobile app, and in its client. */
import { act, render, screen, waitFor } from "@testing-library/react";
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
  const body = { token: "the-token", userId: "u", expiresAt: "x" };
  const answer = { ok: true, headers: new Headers(), json: async () => body };
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
  await waitFor(() => expect(heard).toHaveLength(1));
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

describe("inside Rocket.Chat's client", () => {
  const parent = { postMessage: jest.fn() };
  const realParent = window.parent;

  // The window at the top is this one: it cannot be replaced. It stands in for the portal's.
  const portal = jest.fn();
  beforeEach(() => {
    parent.postMessage.mockReset();
    portal.mockReset();
    window.sessionStorage.clear();
    Object.defineProperty(window, "parent", { configurable: true, value: parent });
    jest.spyOn(window, "postMessage").mockImplementation(portal);
  });
  afterEach(() => {
    Object.defineProperty(window, "parent", { configurable: true, value: realParent });
  });

  const show = () =>
    act(async () => {
      render(<LoginPage {...props} signedIn />);
    });
  const refuse = (source: unknown = parent, origin = props.origin) =>
    act(async () => {
      const message = new MessageEvent("message", { origin, data: { event: "login-error" } });
      Object.defineProperty(message, "source", { value: source });
      window.dispatchEvent(message);
    });
  const tried = [{ event: "try-iframe-login" }, props.origin];
  const given = [{ event: "login-with-token", loginToken: "the-token" }, props.origin];

  test("it asks the client to try again, tells Rocket.Chat's origin alone, and holds no token itself", async () => {
    await show();
    expect(parent.postMessage.mock.calls).toEqual([tried]);
    expect(fetch).not.toHaveBeenCalled();
  });

  test("only the client's own word of a refusal brings it a token", async () => {
    await show();
    await refuse(window);
    await refuse({ postMessage() {} });
    await refuse(parent, "https://evil.example");
    expect(fetch).not.toHaveBeenCalled();
    await refuse();
    await waitFor(() => expect(parent.postMessage.mock.calls).toEqual([tried, given]));
  });

  test("a refusal of that one too is told, and nothing more is asked for", async () => {
    await show();
    await refuse();
    await refuse();
    expect(await screen.findByRole("heading", { name: "The chat did not accept the sign-in" })).toBeTruthy();
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  test("a client that loads it again and again is asked three times a minute, not more (vendor pull request 37021)", async () => {
    for (let load = 0; load < 5; load += 1) await show();
    expect(parent.postMessage.mock.calls).toEqual([tried, tried, tried]);
  });

  test("within the portal it tells the portal's window that the chat has lost its login, and leads to a tab of its own", () => {
    render(<LoginPage {...props} signedIn={false} />);
    expect(portal.mock.calls).toEqual([[{ portico: "chat-login-page" }, window.location.origin]]);
    expect(parent.postMessage).not.toHaveBeenCalled();
    expect(screen.getByRole("link", { name: "Continue" }).getAttribute("target")).toBe("_blank");
  });
});
