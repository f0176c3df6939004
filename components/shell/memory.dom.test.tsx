import { act, renderHook } from "@testing-library/react";
import { rememberVisit, togglePin, useMemory } from "./memory";

beforeEach(() => window.localStorage.clear());

const memoryOf = (userId: string) => renderHook(() => useMemory(userId)).result;

describe("what the browser remembers", () => {
  test.each(["{", "null", '{"pins":"x","visits":[{"href":7}]}', "[]"])(
    "broken storage (%s) is an empty memory",
    (text) => {
      window.localStorage.setItem("portal-memory:u", text);
      expect(memoryOf("u").current).toEqual({ pins: [], visits: [] });
    },
  );

  test("storage that is switched off breaks nothing", () => {
    const denied = jest.spyOn(Storage.prototype, "getItem").mockImplementation(() => {
      throw new DOMException("denied", "SecurityError");
    });
    expect(memoryOf("u").current).toEqual({ pins: [], visits: [] });
    denied.mockRestore();
  });

  test("one user's pins are not another's", () => {
    const [anna, victor] = [memoryOf("anna"), memoryOf("victor")];
    act(() => {
      togglePin("anna", "/dashboards/a");
    });
    expect(anna.current.pins).toEqual(["/dashboards/a"]);
    expect(victor.current.pins).toEqual([]);
    act(() => {
      togglePin("anna", "/dashboards/a");
    });
    expect(anna.current.pins).toEqual([]);
  });

  test("visits are newest first, each page once, twelve at most", () => {
    const memory = memoryOf("u");
    act(() => {
      for (let page = 0; page < 15; page += 1) rememberVisit("u", `/p/${page}`);
      rememberVisit("u", "/p/10");
    });
    const hrefs = memory.current.visits.map(({ href }) => href);
    expect(hrefs).toHaveLength(12);
    expect(hrefs.slice(0, 3)).toEqual(["/p/10", "/p/14", "/p/13"]);
    expect(new Set(hrefs).size).toBe(12);
  });
});
