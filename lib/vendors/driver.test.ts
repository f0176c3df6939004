/** What all three drivers rely on: order, no event after the end, and timers that replace and end each other. */
import { createMachine, type Step, Timers } from "./driver";

type Event = { readonly type: "add"; readonly value: string } | { readonly type: "echo"; readonly value: string };

const reduce = (state: string, event: Event): Step<string, Event> => ({
  state: `${state}${event.value}`,
  effects: event.type === "echo" ? [{ type: "add", value: event.value.toUpperCase() }] : [],
});

describe("createMachine", () => {
  it("takes an event that an effect sends after the effects of the event before", () => {
    const seen: string[] = [];
    const machine = createMachine<string, Event, Event>(
      "",
      (state, event) => ({ ...reduce(state, event), effects: [...reduce(state, event).effects] }),
      (effect) => {
        machine.send(effect);
        seen.push(machine.state);
      },
    );
    machine.send({ type: "echo", value: "a" });
    expect(seen).toEqual(["a"]);
    expect(machine.state).toBe("aA");
  });

  it("takes no event and runs no effect after it has been stopped", () => {
    const performed: Event[] = [];
    const machine = createMachine<string, Event, Event>("", reduce, (effect) => performed.push(effect));
    machine.stop();
    machine.send({ type: "echo", value: "a" });
    expect(machine.state).toBe("");
    expect(performed).toEqual([]);
  });

  it("runs no further effect once an effect has stopped it", () => {
    const performed: string[] = [];
    const machine = createMachine<number, "go", string>(
      0,
      (state) => ({ state: state + 1, effects: ["first", "second"] }),
      (effect) => {
        performed.push(effect);
        machine.stop();
      },
    );
    machine.send("go");
    expect(performed).toEqual(["first"]);
  });

  it("goes on after an effect that throws", () => {
    const machine = createMachine<number, "fail" | "go", "throw">(
      0,
      (state, event) => ({ state: state + 1, effects: event === "fail" ? ["throw"] : [] }),
      () => {
        throw new Error("an effect failed");
      },
    );
    expect(() => machine.send("fail")).toThrow("an effect failed");
    machine.send("go");
    expect(machine.state).toBe(2);
  });
});

describe("Timers", () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it("replaces a timer that is set again", () => {
    const timers = new Timers<"a">();
    const calls: string[] = [];
    timers.set("a", 10, () => calls.push("first"));
    timers.set("a", 20, () => calls.push("second"));
    jest.advanceTimersByTime(30);
    expect(calls).toEqual(["second"]);
  });

  it("ends one timer, and all of them", () => {
    const timers = new Timers<"a" | "b" | "c">();
    const calls: string[] = [];
    for (const name of ["a", "b", "c"] as const) timers.set(name, 10, () => calls.push(name));
    timers.clear("a");
    jest.advanceTimersByTime(5);
    expect(calls).toEqual([]);
    timers.clear("b");
    timers.clearAll();
    jest.advanceTimersByTime(30);
    expect(calls).toEqual([]);
  });
});
