import { command, isLoginError, loginPageMessage, parseEvent } from "./protocol";

describe("messages to Rocket.Chat", () => {
  test("the command calls its token `token`, the login page's message calls it `loginToken`", () => {
    expect(command.loginWithToken("t")).toEqual({ externalCommand: "login-with-token", token: "t" });
    expect(loginPageMessage.loginWithToken("t")).toEqual({ event: "login-with-token", loginToken: "t" });
    expect(loginPageMessage.tryIframeLogin()).toEqual({ event: "try-iframe-login" });
  });

  test("the other commands are spelled as the client expects", () => {
    expect(command.logout()).toEqual({ externalCommand: "logout" });
    expect(command.go("/channel/general")).toEqual({ externalCommand: "go", path: "/channel/general" });
    expect(command.setStatus("busy")).toEqual({ externalCommand: "set-user-status", status: "busy" });
  });
});

describe("events of Rocket.Chat", () => {
  test.each([
    null,
    undefined,
    "startup",
    7,
    [],
    {},
    { eventName: "dance" },
    { eventName: "status-changed", data: "odd" },
  ])("%j is nothing to the portal", (data) => expect(parseEvent(data)).toBeNull());

  test.each([
    [7, 7],
    [0, 0],
    ["", 0],
    ["•", 0],
    ["999+", 999],
    ["12", 12],
    [-3, 0],
    [Number.NaN, 0],
    [{ evil: true }, 0],
    [1e300, 0],
  ])("unread %j counts %i", (data, count) => {
    expect(parseEvent({ eventName: "unread-changed", data })).toEqual({ name: "unread", count });
  });

  test.each([
    [{ _id: "r", t: "c", name: "general" }, "/channel/general"],
    [{ _id: "r", t: "p", name: "a b/c" }, "/group/a%20b%2Fc"],
    [{ _id: "r", t: "d" }, "/direct/r"],
  ])("room %j is at %s", (data, path) => {
    expect(parseEvent({ eventName: "room-opened", data })).toMatchObject({ name: "room", path });
  });

  test("a notification of the room in focus is none", () => {
    const data = {
      notification: { title: "#general", text: "@you hello", payload: { rid: "r", type: "c", name: "general" } },
    };
    expect(parseEvent({ eventName: "notification", data })).toEqual({
      name: "notification",
      title: "#general",
      text: "@you hello",
      path: "/channel/general",
      isDirect: false,
    });
    const focused = { ...data, fromOpenedRoom: true, hasFocus: true };
    expect(parseEvent({ eventName: "notification", data: focused })).toBeNull();
  });

  test("a subscription is told with its id, and its owner where the release tells that", () => {
    const data = { _id: "s1", rid: "r1", t: "c", name: "general", unread: 2, alert: true };
    const told = { eventName: "unread-changed-by-subscription", data };
    expect(parseEvent(told)).toEqual({
      name: "subscription",
      id: "s1",
      rid: "r1",
      unread: 2,
      owner: null,
      title: "general",
      isDirect: false,
      mentions: 0,
      path: "/channel/general",
    });
    const direct = { _id: "s2", rid: "r2", t: "d", name: "data.engineer", fname: "Data engineer", userMentions: 1 };
    expect(parseEvent({ ...told, data: direct })).toMatchObject({
      title: "Data engineer",
      isDirect: true,
      mentions: 1,
      path: "/direct/r2",
    });
    expect(parseEvent({ ...told, data: { ...data, u: { _id: "u1" } } })).toMatchObject({ owner: "u1" });
    expect(parseEvent({ ...told, data: { rid: "r1" } })).toMatchObject({ id: null, owner: null });
    expect(parseEvent({ ...told, data: { _id: "s1" } })).toBeNull();
  });

  test("only login-error is a login error", () => {
    expect(isLoginError({ event: "login-error", response: "x" })).toBe(true);
    for (const data of [null, "login-error", { event: "other" }, {}]) expect(isLoginError(data)).toBe(false);
  });
});
