import { type ProblemCode, problems, problemText, recoveryOf } from "./codes";

const codes = Object.keys(problems) as ProblemCode[];
const remediesOf = (code: ProblemCode) => problemText(code).remedies;

test.each(codes.filter((code) => recoveryOf(code) === "transient"))("%s passes, so asking again is offered", (code) => {
  expect(remediesOf(code)).toContain("retry");
});

test.each(codes.filter((code) => recoveryOf(code) === "needsUser"))(
  "%s offers what the user can do about it",
  (code) => {
    expect(remediesOf(code).some((remedy) => ["retry", "sign-in", "connect", "open-tab"].includes(remedy))).toBe(true);
  },
);

test.each(codes)("%s offers something, and its sentences are whole", (code) => {
  const { title, detail } = problemText(code, "Atlas");
  expect(remediesOf(code).length).toBeGreaterThan(0);
  expect(title).not.toMatch(/[{}.]$/);
  expect(detail).toMatch(/^\S.*\.$/);
});
