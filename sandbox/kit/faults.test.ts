/** Faults by name: on with one press, off with one press or by themselves, and nothing else changes. */
import { faultMs, type NamedFault } from "./faults";
import { Control } from "./sandbox";

const rule = { match: "/api/*", status: 500 };
const fault = (more: Partial<NamedFault>): NamedFault => ({
  id: "one",
  title: "One",
  expects: [],
  code: null,
  ...more,
});

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test("undoing puts back what was there before, and leaves other faults alone", () => {
  const control = new Control({ switched: false, other: "a" });
  control.apply({ rules: [{ match: "/other", status: 404 }], switches: { other: "b" } });
  const undone = jest.fn();
  control.break(fault({ rules: [rule], switches: { switched: true }, advanceMs: 60_000, run: () => undone }));
  expect(control.rules[0]).toBe(rule);
  expect(control.switches).toEqual({ switched: true, other: "b" });
  expect(control.clock.now() - Date.now()).toBe(60_000);
  control.mend("one");
  expect(control.rules).toEqual([{ match: "/other", status: 404 }]);
  expect(control.switches).toEqual({ switched: false, other: "b" });
  expect(control.clock.now()).toBe(Date.now());
  expect(undone).toHaveBeenCalledTimes(1);
  control.mend("one");
  expect(undone).toHaveBeenCalledTimes(1);
});

test("a fault ends by itself after two minutes", () => {
  const control = new Control({ switched: false });
  control.break(fault({ switches: { switched: true } }));
  expect(control.broken).toEqual([{ id: "one", until: Date.now() + faultMs }]);
  jest.advanceTimersByTime(faultMs);
  expect(control.broken).toEqual([]);
  expect(control.switches.switched).toBe(false);
});

test("pressed twice it begins anew, and is still undone once", () => {
  const control = new Control({ switched: false });
  control.break(fault({ rules: [rule], advanceMs: 1_000 }));
  control.break(fault({ rules: [rule], advanceMs: 1_000 }));
  expect(control.rules).toHaveLength(1);
  expect(control.clock.now() - Date.now()).toBe(1_000);
});

test("what happens once is over at once: there is nothing to undo", () => {
  const control = new Control({});
  const run = jest.fn(() => undefined);
  control.break(fault({ run }));
  expect(run).toHaveBeenCalledTimes(1);
  expect(control.broken).toEqual([]);
});

test("a reset undoes every fault", () => {
  const control = new Control({ switched: false });
  const undone = jest.fn();
  control.break(fault({ run: () => undone, switches: { switched: true } }));
  control.clear();
  expect(undone).toHaveBeenCalledTimes(1);
  expect(control.broken).toEqual([]);
});
