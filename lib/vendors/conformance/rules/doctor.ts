/** The doctor: what it looks at, and whether it tells the truth. */
import type { Check, CheckResult } from "../../vendor";
import { type Bench, type Failure, isSecretName, variablesOf } from "../bench";
import { hold, outcomeOf, type Rule } from "../rule";

const checksOf = ({ subject, config }: Bench) => subject.vendor.checks(config);

type Found = CheckResult["result"] | "threw";

/** What may be found on a vendor that is set up: a warning is no failure, and not everything can be judged without a user. */
const isWell = (found: Found) => found === "ok" || found === "warning" || found === "not checked";

async function look(check: Check, signal = AbortSignal.timeout(5_000)): Promise<Found> {
  const outcome = await outcomeOf(() => check.run(signal));
  if (outcome.kind !== "value") return "threw";
  return (outcome.value as CheckResult).result;
}

const page: Failure = { status: 200, headers: { "content-type": "text/html" }, body: "<!doctype html><p>Welcome</p>" };

export const doctorRules: readonly Rule[] = [
  {
    id: "doctor.named",
    sentence: "Each check has an id of its own and a title that says what holds when it is ok.",
    run: (bench) => {
      const checks = checksOf(bench);
      hold(checks.length > 0 && new Set(checks.map((check) => check.id)).size === checks.length, "Ids are not unique");
      for (const check of checks) hold(/^[a-z][a-z0-9.-]+$/.test(check.id) && check.title.trim(), `"${check.id}"`);
    },
  },
  {
    id: "doctor.well",
    sentence: "On a vendor that is set up no check fails.",
    run: async (bench) => {
      const allowed = bench.subject.findings ?? [];
      for (const check of checksOf(bench))
        if (!allowed.includes(check.id)) hold(isWell(await look(check)), `${check.id} does`);
    },
  },
  {
    id: "doctor.down",
    sentence: "No check that asks the vendor is ok while the vendor does not answer.",
    run: async (bench) => {
      for (const check of checksOf(bench)) {
        const before = bench.calls.length;
        await look(check);
        if (bench.calls.length === before) continue;
        bench.fails("hangs-up");
        const found = await look(check);
        bench.works();
        hold(found !== "ok", `${check.id} is`);
        await bench.reset();
      }
    },
  },
  {
    id: "doctor.first",
    sentence: "The first check is the cheap one: one or two calls tell whether the vendor itself answers.",
    applies: ({ signed }) => !signed,
    run: async (bench) => {
      const [first] = checksOf(bench);
      hold(first && (await look(first)) === "ok", "It is not ok");
      hold(bench.calls.length >= 1 && bench.calls.length <= 2, `It made ${bench.calls.length} calls`);
    },
  },
  {
    id: "doctor.page",
    sentence: "A page of something else at the vendor's address is not taken for the vendor.",
    applies: ({ signed }) => !signed,
    run: async (bench) => {
      const [first] = checksOf(bench);
      bench.fails(page);
      const found = first && (await look(first));
      bench.works();
      hold(found && found !== "ok", "The first check is ok");
    },
  },
  {
    id: "doctor.patient",
    sentence: "A check ends when its time is up.",
    run: async (bench) => {
      for (const check of checksOf(bench)) {
        bench.fails("silent");
        const late = new Promise<"late">((resolve) => setTimeout(() => resolve("late"), 2_000).unref());
        const found = await Promise.race([look(check, AbortSignal.timeout(100)), late]);
        bench.works();
        hold(found !== "late", `${check.id} does not`);
      }
    },
  },
  {
    id: "doctor.quiet",
    sentence: "What a check finds holds no secret, and what is wrong comes with where to change what.",
    run: async (bench) => {
      for (const how of [undefined, page, { ...page, status: 401 }, { ...page, status: 500 }]) {
        if (how) bench.fails(how);
        for (const check of checksOf(bench)) {
          const outcome = await outcomeOf(() => check.run(AbortSignal.timeout(5_000)));
          if (outcome.kind !== "value") continue;
          const found = outcome.value as CheckResult;
          hold(!bench.secretIn(JSON.stringify(found)), `${check.id} shows one`);
          if (found.result === "warning" || found.result === "failed")
            hold(found.where.trim() && found.fix.trim(), `${check.id} names no remedy`);
        }
        bench.works();
      }
    },
  },
  {
    id: "doctor.secret",
    sentence: "Wrong secrets are found by the doctor, not by the first user.",
    applies: (subject) => !subject.signed && Object.keys(variablesOf(subject)).some((name) => isSecretName(name)),
    run: async (bench) => {
      const { vendor } = bench.subject;
      const reversed = (value: string) => [...value].reverse().join("");
      const wrong = Object.fromEntries(
        Object.entries(bench.variables).map(([name, value]) => [name, isSecretName(name) ? reversed(value) : value]),
      );
      const parsed = vendor.environment.schema.safeParse(wrong);
      hold(parsed.success, "The wrong secrets do not even have the right form");
      const found = await Promise.all(vendor.checks(parsed.data).map((check) => look(check)));
      hold(
        found.some((one) => one === "failed" || one === "threw"),
        "No check fails",
      );
    },
  },
];
