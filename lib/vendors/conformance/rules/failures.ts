/** What a vendor does when the product does not: unreachable, slow, too long, malformed, refusing, redirecting. */
import type { ProblemCode } from "@/lib/problem/codes";
import type { Bench, Failure } from "../bench";
import { hold, holdProblem, outcomeOf, type Rule, readable, words } from "../rule";
import type { Subject } from "../subject";
import { expiresSoon } from "./grants";

const calls = ({ signed }: Subject) => !signed;

/** Must not be seen anywhere behind the vendor's code. */
const bodyMarker = "conformance-words-of-the-vendor";

const page: Failure = {
  status: 200,
  headers: { "content-type": "text/html" },
  body: `<!doctype html><title>Sign in</title><p>${bodyMarker}</p>`,
};
const failure = (status: number, headers: Record<string, string> = {}): Failure => ({
  status,
  headers: { "content-type": "text/plain", ...headers },
  body: bodyMarker,
});
const json = (body: string): Failure => ({ status: 200, headers: { "content-type": "application/json" }, body });

/** Short, so that a rule about waiting does not wait for long. */
const deadlineMs = 150;
const graceMs = 2_000;

/** What comes of connecting while the vendor fails, and a check that nothing stays broken behind it. */
async function connecting(bench: Bench, how: Failure) {
  bench.fails(how);
  const outcome = await outcomeOf(() => bench.subject.vendor.connect(bench.context()));
  bench.works();
  return outcome;
}

/** A rule about the Problem that connecting ends with. */
const refusal = (id: string, sentence: string, how: Failure, ...codes: ProblemCode[]): Rule => ({
  id,
  sentence,
  applies: calls,
  run: async (bench) => void holdProblem(await connecting(bench, how), ...codes),
});

const vendorFaults: ProblemCode[] = ["vendor_failed", "vendor_bad_answer", "vendor_misconfigured"];

/** Every way to fail that answers at all. */
const answers: readonly Failure[] = [
  page,
  json("{}"),
  json("null"),
  json('{"data":'),
  failure(500),
  failure(503),
  failure(401),
  failure(403),
  failure(404),
];

export const failureRules: readonly Rule[] = [
  refusal(
    "down.unreachable",
    "A vendor that closes the connection is vendor_unreachable.",
    "hangs-up",
    "vendor_unreachable",
  ),
  {
    id: "down.slow",
    sentence: "A vendor that does not answer is given up at the caller's deadline, with vendor_timeout.",
    applies: calls,
    run: async (bench) => {
      bench.fails("silent");
      const started = Date.now();
      const signal = AbortSignal.timeout(deadlineMs);
      const attempt = outcomeOf(() => bench.subject.vendor.connect(bench.context(bench.person, { signal })));
      const late = new Promise<"late">((resolve) => setTimeout(() => resolve("late"), graceMs).unref());
      const outcome = await Promise.race([attempt, late]);
      bench.works();
      hold(outcome !== "late", `It still waited ${Date.now() - started} milliseconds after the start`);
      holdProblem(outcome, "vendor_timeout");
    },
  },
  {
    id: "down.aborted",
    sentence: "A request that was given up before it began asks the vendor nothing that changes anything.",
    applies: calls,
    run: async (bench) => {
      const outcome = await outcomeOf(() =>
        bench.subject.vendor.connect(bench.context(bench.person, { signal: AbortSignal.abort() })),
      );
      holdProblem(outcome, "vendor_busy", "vendor_timeout");
      hold(bench.calls.length === 0, `It made ${bench.calls.length} calls`);
    },
  },
  {
    id: "down.renewal",
    sentence: "A vendor that is down has not lost the connection: minting then fails with a Problem.",
    applies: calls,
    run: async (bench) => {
      const state = bench.aged(await bench.connect());
      const before = bench.calls.length;
      await bench.mint(state);
      // Where minting asks nothing, there is nothing to fail.
      if (bench.calls.length === before) return;
      bench.fails("hangs-up");
      const outcome = await outcomeOf(() => bench.mint(state));
      bench.works();
      holdProblem(outcome, "vendor_unreachable", "vendor_busy");
    },
  },
  {
    id: "down.revocation",
    sentence: "A revocation that the vendor did not confirm fails, so that it is tried again.",
    applies: calls,
    run: async (bench) => {
      const state = await bench.connect();
      const grant = await bench.mint(state);
      const other = await bench.connect();
      const before = bench.calls.length;
      await bench.revoke(other);
      // Where revoking asks nothing, what was opened must end soon by itself.
      if (bench.calls.length === before) {
        hold(expiresSoon(grant), "It asks the vendor nothing, and the grant does not expire soon");
        return;
      }
      for (const how of ["hangs-up", failure(500), failure(503)] as const) {
        bench.fails(how);
        const outcome = await outcomeOf(() => bench.revoke(state));
        bench.works();
        holdProblem(outcome);
      }
    },
  },
  {
    id: "down.recovers",
    sentence: "Once the vendor answers again, so does the portal: no failure is remembered.",
    applies: calls,
    run: async (bench) => {
      for (const how of ["hangs-up", failure(500), page] as const) {
        await connecting(bench, how);
        const outcome = await outcomeOf(async () => bench.mint(await bench.connect()));
        hold(outcome.kind === "value", `Afterwards ${words(outcome)}`);
      }
    },
  },
  refusal(
    "answer.oversized",
    "An answer over 1 MiB is not read to its end and is vendor_bad_answer.",
    json(JSON.stringify({ token: "x".repeat(1_500_000) })),
    "vendor_bad_answer",
  ),
  refusal("answer.page", "A page in place of JSON is the vendor's fault, and no grant.", page, ...vendorFaults),
  refusal(
    "answer.empty",
    "JSON without what was asked for is the vendor's fault, and no grant.",
    json("{}"),
    ...vendorFaults,
  ),
  refusal("answer.null", "JSON that is null is the vendor's fault, and no grant.", json("null"), ...vendorFaults),
  refusal("answer.cut", "JSON that breaks off is the vendor's fault, and no grant.", json('{"data":'), ...vendorFaults),
  refusal(
    "answer.wrong-types",
    "JSON with other types than documented is the vendor's fault, and no grant.",
    json('{"token":7,"success":true,"data":[],"user":"x","result":{},"access_token":false}'),
    ...vendorFaults,
  ),
  refusal("answer.failed", "A failure of the vendor's server is vendor_failed.", failure(500), "vendor_failed"),
  {
    id: "answer.busy",
    sentence: "A vendor that asks for a pause is vendor_busy, with the pause when it named one.",
    applies: calls,
    run: async (bench) => {
      const problem = holdProblem(await connecting(bench, failure(429, { "retry-after": "7" })), "vendor_busy");
      const { retryAfter } = problem.options;
      hold(retryAfter === undefined || (retryAfter > 0 && retryAfter <= 3600), `The pause is ${retryAfter} seconds`);
    },
  },
  {
    id: "answer.refused",
    sentence: "A refusal of the portal's own access is no outage: the code says who must act.",
    applies: calls,
    run: async (bench) => {
      for (const status of [401, 403]) {
        const problem = holdProblem(await connecting(bench, failure(status)));
        const outage: ProblemCode[] = ["vendor_unreachable", "vendor_timeout", "vendor_busy"];
        hold(!outage.includes(problem.code), `${status} became ${problem.code}`);
      }
    },
  },
  {
    id: "answer.redirect",
    sentence: "A redirect is not followed: it could lead a secret to another server.",
    applies: calls,
    run: async (bench) => {
      const elsewhere = "/conformance-elsewhere";
      const outcome = await connecting(bench, failure(302, { location: `${bench.address}${elsewhere}` }));
      hold(!bench.calls.some(({ target }) => target.startsWith(elsewhere)), "It was followed");
      holdProblem(outcome);
    },
  },
  {
    id: "errors.typed",
    sentence: "Every failure is a Problem of the closed list, never an error of the code.",
    applies: calls,
    run: async (bench) => {
      for (const how of answers) {
        const outcome = await connecting(bench, how);
        hold(outcome.kind === "problem", words(outcome));
      }
    },
  },
  {
    id: "errors.no-body",
    sentence: "A vendor's own words never reach the page, the log or the audit.",
    applies: calls,
    run: async (bench) => {
      for (const how of answers) {
        const outcome = await connecting(bench, how);
        if (outcome.kind === "problem") hold(!readable(outcome.problem).includes(bodyMarker), "They are in a Problem");
      }
      hold(!bench.logged.join("\n").includes(bodyMarker), "They are in the log");
    },
  },
  {
    id: "errors.no-secret",
    sentence: "No token, password or secret is in an error or in what is logged about it.",
    applies: calls,
    run: async (bench) => {
      const state = bench.aged(await bench.connect());
      for (const how of ["hangs-up", ...answers] as const) {
        bench.fails(how);
        for (const run of [
          () => bench.subject.vendor.connect(bench.context()),
          () => bench.mint(state),
          () => bench.revoke(state),
        ]) {
          const outcome = await outcomeOf(run);
          if (outcome.kind === "problem") hold(!bench.secretIn(readable(outcome.problem)), "One is in a Problem");
          if (outcome.kind === "error") hold(!bench.secretIn(String(outcome.error)), "One is in an error");
        }
        bench.works();
      }
      hold(!bench.secretIn(bench.logged.join("\n")), "One is in the log");
    },
  },
  {
    id: "errors.named",
    sentence: "A Problem names the product, or leaves the name to the broker; never another one.",
    applies: calls,
    run: async (bench) => {
      const { vendorName } = holdProblem(await connecting(bench, "hangs-up")).options;
      hold(vendorName === undefined || vendorName === bench.subject.vendor.name, `It names "${vendorName}"`);
    },
  },
];
