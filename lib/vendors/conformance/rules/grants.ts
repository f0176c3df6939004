/** Connections and grants while all is well: whose they are, how long they last, what they give away, how they end. */
import { obtainConnection } from "@/lib/broker/connections";
import { unmappedClaim } from "../bench";
import { hold, holdProblem, outcomeOf, type Rule, words } from "../rule";
import { isPlain } from "./shape";

const quarterMs = 15 * 60_000;

const expiryOf = (grant: object): unknown => ("expiresAt" in grant ? grant.expiresAt : undefined);

/** Whether a grant says that it ends within a quarter of an hour. */
export function expiresSoon(grant: object): boolean {
  const expiry = expiryOf(grant);
  return typeof expiry === "string" && Date.parse(expiry) - Date.now() <= quarterMs;
}

export const grantRules: readonly Rule[] = [
  {
    id: "grant.minted",
    sentence: "An account that may open the item gets a grant for it.",
    run: async (bench) => {
      const grant = await bench.mint(await bench.connect());
      hold(Object.keys(grant).length > 0, "The grant is empty");
    },
  },
  {
    id: "grant.plain",
    sentence: "A grant is plain JSON, for it travels to the page.",
    run: async (bench) => hold(isPlain(await bench.mint(await bench.connect())), "It does not survive JSON"),
  },
  {
    id: "grant.keeps-secrets",
    sentence: "A grant holds no secret of the portal's and no password of the user's.",
    run: async (bench) => {
      const known = [...bench.secrets];
      const text = JSON.stringify(await bench.mint(await bench.connect()));
      hold(!known.some((secret) => text.includes(secret)), "One is in it");
    },
  },
  {
    id: "grant.expiry",
    sentence: "A grant that says when it expires says so as a moment that lies ahead.",
    run: async (bench) => {
      const expiry = expiryOf(await bench.mint(await bench.connect()));
      hold(expiry === undefined || (typeof expiry === "string" && Date.parse(expiry) > Date.now()), `It is ${expiry}`);
    },
  },
  {
    id: "grant.renewal",
    sentence: "A renewal replaces what the contract says: each mint gives a new grant, or the connection's own again.",
    run: async (bench) => {
      const { vendor } = bench.subject;
      const state = await bench.connect();
      const [one, two] = [await bench.mint(state), await bench.mint(state)].map((grant) => JSON.stringify(grant));
      // A signed grant is the same when it is signed within the same second.
      if (vendor.renewal === "grant") hold(bench.subject.signed || one !== two, "Two mints gave the same grant");
      else hold(one === two, "Two mints on one connection gave two grants");
    },
  },
  {
    id: "grant.own",
    sentence: "Two people get two grants: nothing of the first is handed to the second.",
    run: async (bench) => {
      const [first, second] = bench.subject.people;
      const one = await bench.mint(await bench.connect(first), first);
      const two = await bench.mint(await bench.connect(second), second);
      hold(JSON.stringify(one) !== JSON.stringify(two), "Both got the same grant");
    },
  },
  {
    id: "state.plain",
    sentence: "The state of a connection survives JSON, because it is sealed and stored.",
    run: async (bench) => {
      const state = await bench.connect();
      hold(isPlain(state), "It does not survive JSON");
      const outcome = await outcomeOf(() => bench.mint(JSON.parse(JSON.stringify(state))));
      hold(outcome.kind === "value", `After JSON ${words(outcome)}`);
    },
  },
  {
    id: "state.small",
    sentence: "The state of a connection is at most 16 KiB, because it is read at every grant.",
    run: async (bench) => {
      const { length } = JSON.stringify(await bench.connect());
      hold(length <= 16_384, `It is ${length} bytes`);
    },
  },
  {
    id: "state.keeps-secrets",
    sentence: "The state of a connection holds no secret of the portal's and no password of the user's.",
    run: async (bench) => {
      const known = [...bench.secrets];
      const { state } = await bench.subject.vendor.connect(bench.context());
      hold(!known.some((secret) => JSON.stringify(state).includes(secret)), "One is in it");
    },
  },
  {
    id: "state.expiry",
    sentence: "A connection's expiry lies ahead, and not beyond the vendor's longest lifetime.",
    run: async (bench) => {
      const { vendor } = bench.subject;
      const { expiresAt } = await vendor.connect(bench.context());
      const left = expiresAt === undefined ? 1 : expiresAt.getTime() - Date.now();
      hold(left > 0 && left <= vendor.maxLifetimeMs, `It has ${left} milliseconds left`);
    },
  },
  {
    id: "identity.mapped",
    sentence:
      "Who the user is at the vendor comes from the mapping: other claims of the sign-in never reach the vendor.",
    run: async (bench) => {
      const grant = await bench.mint(await bench.connect());
      hold(!JSON.stringify([bench.calls, grant]).includes(unmappedClaim), "Such a claim was sent");
    },
  },
  {
    id: "identity.locale",
    sentence: "A locale or a time zone that the vendor does not know denies no one a grant.",
    run: async (bench) => {
      const change = { locale: "tlh-Piqd", timeZone: "Nowhere/Atlantis" };
      const outcome = await outcomeOf(async () =>
        bench.mint(await bench.connect(bench.person, change), bench.person, change),
      );
      hold(outcome.kind === "value", words(outcome));
    },
  },
  {
    id: "identity.switch",
    sentence: "After another person signs in on the same browser, the grant is that person's.",
    run: async (bench) => {
      const [first, second] = bench.subject.people;
      const one = await bench.mint(await bench.connect(first), first);
      await bench.revoke(await bench.connect(first));
      const state = await bench.connect(second);
      const two = await bench.mint(state, second);
      hold(JSON.stringify(one) !== JSON.stringify(two), "The first person's grant was handed out");
      hold(await bench.isAlive(two, state), "The second person's grant does not work");
    },
  },
  {
    id: "refused.unknown",
    sentence: "An account that the vendor does not know gets account_unknown.",
    applies: ({ refused }) => refused?.unknown !== undefined,
    run: async (bench) => {
      const person = bench.subject.refused?.unknown;
      holdProblem(await outcomeOf(async () => bench.mint(await bench.connect(person), person)), "account_unknown");
    },
  },
  {
    id: "refused.disabled",
    sentence: "An account that is disabled at the vendor gets account_disabled, even where the vendor would mint.",
    applies: ({ refused }) => refused?.disabled !== undefined,
    run: async (bench) => {
      const person = bench.subject.refused?.disabled;
      holdProblem(await outcomeOf(async () => bench.mint(await bench.connect(person), person)), "account_disabled");
    },
  },
  {
    id: "refused.forbidden",
    sentence: "An item that the account may not see at the vendor gets account_forbidden.",
    applies: ({ refused }) => refused?.forbidden !== undefined,
    run: async (bench) => {
      const { person } = bench;
      const change = bench.subject.refused?.forbidden ? { item: bench.subject.refused.forbidden } : {};
      const outcome = await outcomeOf(async () => bench.mint(await bench.connect(person, change), person, change));
      holdProblem(outcome, "account_forbidden");
    },
  },
  {
    id: "refused.missing",
    sentence: "An item that the vendor does not have gets item_missing.",
    applies: ({ refused }) => refused?.missing !== undefined,
    run: async (bench) => {
      const { person } = bench;
      const change = bench.subject.refused?.missing ? { item: bench.subject.refused.missing } : {};
      const outcome = await outcomeOf(async () => bench.mint(await bench.connect(person, change), person, change));
      holdProblem(outcome, "item_missing", "account_forbidden");
    },
  },
  {
    id: "credential.missing",
    sentence: "A user who must link a login and has not gets credential_missing.",
    applies: ({ people }) => people[0].credential !== undefined,
    run: async (bench) => {
      const outcome = await outcomeOf(() => bench.connect(bench.person, { credential: async () => null }));
      holdProblem(outcome, "credential_missing");
      hold(
        bench.calls.every(({ body }) => !body.includes("password")),
        "The vendor was asked with a login all the same",
      );
    },
  },
  {
    id: "credential.verified",
    sentence:
      "A linked login is verified before it is stored: the right one passes, a wrong password gets credential_rejected.",
    applies: ({ people }) => people[0].credential !== undefined,
    run: async (bench) => {
      const { vendor, people } = bench.subject;
      const { credential } = people[0];
      hold(credential && vendor.verifyCredential, "There is no verifyCredential");
      const context = bench.context();
      await vendor.verifyCredential(context, credential);
      const wrong = { ...credential, password: "conformance-wrong-password" };
      holdProblem(await outcomeOf(async () => vendor.verifyCredential?.(context, wrong)), "credential_rejected");
    },
  },
  {
    id: "flight.single",
    sentence: "Twenty requests of one user at the same time open one connection.",
    run: async (bench) => {
      const { vendor } = bench.subject;
      let opened = 0;
      const counted = {
        ...vendor,
        connect: (...given: Parameters<typeof vendor.connect>) => {
          opened += 1;
          return vendor.connect(...given);
        },
      };
      const first = bench.key();
      const key = () => ({ ...first, scope: vendor.scope(bench.subject.item) });
      const live = await Promise.all(
        Array.from({ length: 20 }, () => obtainConnection(counted, bench.context(), key(), 0)),
      );
      hold(opened === 1 && new Set(live.map(({ connectedAt }) => connectedAt)).size === 1, `It opened ${opened}`);
    },
  },
  {
    id: "revoke.ends",
    sentence: "Revoking a connection ends at the vendor what the portal opened there.",
    applies: ({ isAlive }) => isAlive !== undefined,
    run: async (bench) => {
      const state = await bench.connect();
      const grant = await bench.mint(state);
      hold(await bench.isAlive(grant, state), "The grant does not work even before");
      await bench.revoke(state);
      hold(!(await bench.isAlive(grant, state)), "The grant still works");
    },
  },
  {
    id: "revoke.own",
    sentence: "Revoking a connection leaves those of other people alone.",
    applies: ({ isAlive }) => isAlive !== undefined,
    run: async (bench) => {
      const [first, second] = bench.subject.people;
      const ending = await bench.connect(first);
      const state = await bench.connect(second);
      const staying = await bench.mint(state, second);
      await bench.revoke(ending);
      hold(await bench.isAlive(staying, state), "The other person's grant does not work any more");
    },
  },
  {
    id: "revoke.twice",
    sentence: "Revoking what has ended already is a success, or the portal would try forever.",
    run: async (bench) => {
      const state = await bench.connect();
      await bench.revoke(state);
      const again = await outcomeOf(() => bench.revoke(state));
      hold(again.kind === "value", `The second time ${words(again)}`);
    },
  },
  {
    id: "revoke.forgotten",
    sentence: "Revoking what the vendor has forgotten is a success.",
    run: async (bench) => {
      const state = await bench.connect();
      await bench.forget();
      const outcome = await outcomeOf(() => bench.revoke(state));
      hold(outcome.kind === "value", words(outcome));
    },
  },
  {
    id: "lost.told",
    sentence:
      "A connection that the vendor has forgotten is told as ConnectionLost; only a grant that expires within fifteen minutes may be handed out unasked.",
    applies: ({ signed }) => !signed,
    run: async (bench) => {
      const state = bench.aged(await bench.connect());
      await bench.forget();
      const before = bench.calls.length;
      const outcome = await outcomeOf(() => bench.mint(state));
      if (outcome.kind === "value" && bench.calls.length === before) {
        hold(expiresSoon(outcome.value as object), "It was handed out unasked, and does not expire soon");
      } else hold(outcome.kind === "lost", words(outcome));
    },
  },
  {
    id: "calls.bounded",
    sentence: "Every call to the vendor goes through callVendor, which bounds it in time and size.",
    run: async (bench) => {
      const state = await bench.connect();
      await bench.mint(bench.aged(state));
      await bench.revoke(state);
      const strangers = bench.calls.filter(({ headers }) => headers["user-agent"] !== "Portico");
      hold(strangers.length === 0, `Not so: ${strangers.map(({ method }) => method).join(", ")}`);
    },
  },
  {
    id: "calls.addresses",
    sentence: "No token, password or secret stands in an address that the server calls.",
    run: async (bench) => {
      const state = await bench.connect();
      await bench.mint(bench.aged(state));
      await bench.revoke(state);
      const found = bench.calls.filter(({ target }) => bench.secretIn(target));
      hold(
        found.length === 0,
        `In ${found.map(({ method, target }) => `${method} ${target.split("?")[0]}`).join(", ")}`,
      );
    },
  },
  {
    id: "log.quiet",
    sentence: "No token, password or secret is logged.",
    run: async (bench) => {
      const state = await bench.connect();
      await bench.mint(bench.aged(state));
      await bench.revoke(state);
      hold(!bench.secretIn(bench.logged.join("\n")), "One is in the log");
    },
  },
];
