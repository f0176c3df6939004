/** The portal's own notices: what is told once, what is remembered, and for whom. */
import { act, renderHook } from "@testing-library/react";
import { markRead, noteItems, tellUser, useKept } from "./portal-notices";

const items = (...slugs: string[]) => slugs.map((slug) => ({ href: `/boards/${slug}`, title: slug }));
const kept = (userId = "anna") => renderHook(() => useKept(userId)).result;

beforeEach(() => window.localStorage.clear());

test("an item that is new to the user is told, and nothing the first time", () => {
  const now = kept();
  act(() => noteItems("anna", items("a", "b")));
  expect(now.current.notices).toEqual([]);
  act(() => noteItems("anna", items("a", "b", "c")));
  act(() => noteItems("anna", items("a", "b", "c")));
  expect(now.current.notices).toMatchObject([
    { id: "access:/boards/c", text: "c was shared with you", href: "/boards/c" },
  ]);
  expect(kept("bruno").current.notices).toEqual([]);
});

test("many new items are one notice, and an item that is taken away is none", () => {
  const now = kept();
  act(() => noteItems("anna", items("a", "z")));
  act(() => noteItems("anna", items("a", "b", "c", "d", "e")));
  expect(now.current.notices).toMatchObject([{ text: "4 items were shared with you", href: "/" }]);
  act(() => noteItems("anna", items("a")));
  expect(now.current.notices).toHaveLength(1);
});

test("what is told again is unread again, and what is read stays read", () => {
  const now = kept();
  const notice = { id: "session:bi", title: "BI ended your session", text: "Open sales again", href: "/bi/sales" };
  act(() => tellUser("anna", notice, 1));
  act(() => markRead("anna", ["session:bi"]));
  expect(now.current.read).toEqual(["session:bi"]);
  act(() => tellUser("anna", notice, 2));
  expect(now.current).toMatchObject({ read: [], notices: [{ at: 2 }] });
});

test.each([
  "nonsense",
  "[]",
  '{"notices":"x","read":1}',
  '{"notices":[{"id":"1","title":"t","text":"t","href":"//evil.example","at":1}]}',
  '{"notices":[{"id":"1","title":"t","text":"t","href":"javascript:alert(1)","at":1}]}',
])("a memory of %j is none", (text) => {
  window.localStorage.setItem("portal-inbox:anna", text);
  expect(kept().current).toMatchObject({ notices: [], read: [] });
});
