/** The browser's half, found in what a state machine does. */
import { createMachine } from "./driver";
import { nameOfStep, type SeenStep, StepWatch } from "./steps";

const patterns = [
  { id: "loaded", begins: ["load"], ends: ["told startup"] },
  { id: "extra", begins: ["more"], ends: ["more-done"], optional: true },
  { id: "shown", ends: ["show"] },
];

function watch() {
  const seen: SeenStep[] = [];
  return { seen, steps: new StepWatch(patterns, (step) => seen.push(step)) };
}

test("a step runs from its beginning, or from the end of the one before", () => {
  const { seen, steps } = watch();
  for (const name of ["load", "told startup", "show"]) steps.note(name);
  expect(seen.map(({ id }) => id)).toEqual(["loaded", "shown"]);
  expect(seen[1]?.start).toBe(seen[0]?.end);
});

test("a step is told once, however often it happens again", () => {
  const { seen, steps } = watch();
  for (const name of ["load", "told startup", "load", "told startup"]) steps.note(name);
  expect(seen).toHaveLength(1);
});

test("what was under way when the embed gave up has failed, else what had to come next", () => {
  const early = watch();
  early.steps.note("load");
  early.steps.fail("embed_timeout");
  expect(early.seen).toEqual([expect.objectContaining({ id: "loaded", code: "embed_timeout" })]);
  const late = watch();
  for (const name of ["load", "told startup"]) late.steps.note(name);
  late.steps.fail("embed_timeout");
  expect(late.seen.at(-1)).toMatchObject({ id: "shown", code: "embed_timeout" });
  late.steps.note("show");
  expect(late.seen).toHaveLength(2);
});

test("events and effects are known by their type, and by what tells two of one type apart", () => {
  expect(nameOfStep({ type: "told", event: { name: "startup" } })).toBe("told startup");
  expect(nameOfStep({ do: "post", message: { externalCommand: "login-with-token" } })).toBe("post login-with-token");
  expect(nameOfStep({ type: "shown" })).toBe("shown");
});

test("a machine tells every event and effect, in order", () => {
  const heard: string[] = [];
  const machine = createMachine<number, { type: string }, { do: string }>(
    0,
    (state) => ({ state, effects: [{ do: "load" }] }),
    () => {},
    (name) => heard.push(name),
  );
  machine.send({ type: "start" });
  expect(heard).toEqual(["start", "load"]);
});
