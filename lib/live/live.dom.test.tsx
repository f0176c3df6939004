import { act, renderHook } from "@testing-library/react";
import { joinLive, type LiveNews, notifySignOut, useAllUnread, useNotice, usePresence, useUnread } from "./live";

const quiet: LiveNews = { unread: 0, notice: null, presence: null };

/** A product whose news the test changes. */
function product(vendorId: string, onSignOut?: () => void) {
  let news = quiet;
  let changed: (() => void) | undefined;
  const stop = jest.fn();
  const subscribe = (listener: () => void) => {
    changed = listener;
    return stop;
  };
  const leave = joinLive(vendorId, { subscribe, news: () => news, onSignOut });
  const say = (more: Partial<LiveNews>) =>
    act(() => {
      news = { ...news, ...more };
      changed?.();
    });
  return { say, stop, leave: () => act(leave) };
}

const shell = () =>
  renderHook(() => ({
    mail: useUnread("mail"),
    all: useAllUnread(),
    notice: useNotice(),
    presence: usePresence(),
  })).result;

test("unread things are counted per product and together, and go with the product", () => {
  const mail = product("mail");
  const chat = product("chat");
  const shown = shell();
  mail.say({ unread: 2 });
  chat.say({ unread: 3 });
  expect(shown.current).toMatchObject({ mail: 2, all: 5 });
  mail.leave();
  expect(mail.stop).toHaveBeenCalled();
  expect(shown.current).toMatchObject({ mail: 0, all: 3 });
  chat.leave();
});

test("the newest notice of any product is shown, with the product's id, until that product takes it back", () => {
  const mail = product("mail");
  const chat = product("chat");
  const shown = shell();
  mail.say({ notice: { id: 1, words: "A letter" } });
  chat.say({ notice: { id: 1, words: "Hello" } });
  expect(shown.current.notice).toEqual({ id: 1, words: "Hello", vendor: "chat" });
  mail.say({ unread: 1 });
  expect(shown.current.notice?.vendor).toBe("chat");
  chat.say({ notice: null });
  expect(shown.current.notice).toBeNull();
  mail.leave();
  chat.leave();
});

test("presence is that of the product which has it, and setting it reaches that product", () => {
  const set = jest.fn();
  const chat = product("chat");
  const shown = shell();
  expect(shown.current.presence).toBeNull();
  chat.say({ presence: { now: "online", choices: ["online", "away"], set } });
  shown.current.presence?.set("away");
  expect(set).toHaveBeenCalledWith("away");
  chat.leave();
  expect(shown.current.presence).toBeNull();
});

test("every product that is there hears the onSignOut, also one that has no news", () => {
  const mail = jest.fn();
  const reports = jest.fn();
  const { leave } = product("mail", mail);
  const leaveReports = joinLive("reports", { onSignOut: reports });
  notifySignOut();
  expect([mail.mock.calls.length, reports.mock.calls.length]).toEqual([1, 1]);
  leave();
  notifySignOut();
  expect([mail.mock.calls.length, reports.mock.calls.length]).toEqual([1, 2]);
  leaveReports();
});
