/** The doctor's engine: one cause is told once, and nothing that could not be judged is ok. */
import { Problem } from "@/lib/problem/problem";
import { examine, findingText } from "./examine";
import type { Check, CheckResult } from "./vendor";

const subject = { name: "Boards", prefix: "BOARDS_" };
const failedResult: CheckResult = { result: "failed", detail: "Wrong.", where: "BOARDS_URL", fix: "Correct it." };
const check = (id: string, result: CheckResult | (() => never), needs?: readonly string[]): Check => ({
  id,
  title: `Title of ${id}`,
  ...(needs ? { needs } : {}),
  run: jest.fn(async () => (typeof result === "function" ? result() : result)),
});
const resultsOf = async (...checks: Check[]) =>
  Object.fromEntries((await examine(checks, subject)).map(({ id, result }) => [id, result]));
const good: CheckResult = { result: "ok" };

test("what depends on a failed check is not run, along the whole chain, and the rest is", async () => {
  const c = check("c", good, ["b"]);
  const results = await resultsOf(
    check("a", good),
    check("b", failedResult),
    c,
    check("d", good, []),
    check("e", good),
  );
  expect(results).toEqual({ a: "ok", b: "failed", c: "not checked", d: "ok", e: "ok" });
  expect(c.run).not.toHaveBeenCalled();
});

test("without needs of its own a check waits for the first", async () => {
  expect(await resultsOf(check("a", failedResult), check("b", good), check("c", good, []))).toEqual({
    a: "failed",
    b: "not checked",
    c: "ok",
  });
});

test("a warning works: what needs it is judged", async () => {
  const warned: CheckResult = { ...failedResult, result: "warning" };
  expect(await resultsOf(check("a", warned), check("b", good))).toEqual({ a: "warning", b: "ok" });
});

test("a check that breaks is not checked, and so is what needs it", async () => {
  const breaks = () => {
    throw new Error("canary");
  };
  const findings = await examine([check("a", breaks), check("b", good)], subject);
  expect(findings.map(({ result }) => result)).toEqual(["not checked", "not checked"]);
  expect(JSON.stringify(findings)).not.toContain("canary");
});

test("a need that runs later is a mistake of the checks", async () => {
  await expect(examine([check("a", good, ["b"]), check("b", good)], subject)).rejects.toThrow("needs b");
});

describe("a server that does not answer", () => {
  const problem = (code: "vendor_unreachable" | "vendor_timeout", cause?: unknown) => () => {
    throw new Problem(code, { cause, address: "http://boards.example:8080" });
  };
  afterEach(() => {
    delete process.env.BOARDS_INTERNAL_URL;
  });

  test("is named with the variable that holds its address", async () => {
    process.env.BOARDS_INTERNAL_URL = "http://boards.example:8080/x";
    const refused = Object.assign(new Error("x"), { code: "ECONNREFUSED" });
    const [finding] = await examine([check("a", problem("vendor_unreachable", refused))], subject);
    expect(finding).toMatchObject({ result: "failed", where: "BOARDS_INTERNAL_URL" });
    expect(finding?.detail).toContain("port 8080 of boards.example");
  });

  test("in time is told apart", async () => {
    const [finding] = await examine([check("a", problem("vendor_timeout"))], subject);
    expect(finding?.detail).toContain("in time");
  });
});

test("a finding is copied with where to change what", () => {
  const text = findingText({ id: "a", title: "Title", ...failedResult, href: "https://boards.example/admin" });
  expect(text).toContain("failed");
  expect(text).toContain("Where: BOARDS_URL (https://boards.example/admin)");
  expect(text).toContain("Fix:   Correct it.");
});
