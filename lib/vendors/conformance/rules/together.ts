/** The optional capabilities in which products work together: discuss, share, notify. */
import type { Share } from "../../vendor";
import type { Bench } from "../bench";
import { hold, holdProblem, outcomeOf, type Rule, readable, words } from "../rule";
import type { Subject } from "../subject";

const discusses = ({ vendor }: Subject) => vendor.discuss !== undefined;
const shares = ({ vendor }: Subject) => vendor.share !== undefined;
const notifies = ({ vendor }: Subject) => vendor.notify !== undefined;

/** A path below the product's own address, which leads nowhere else. */
const isPlace = (place: unknown): place is string =>
  typeof place === "string" && /^\/(?![/\\])/.test(place) && !/[\s\\]|:\/\//.test(place);

function shareOf({ subject }: Bench): Share<unknown, object> {
  const { share } = subject.vendor;
  hold(share, "There is none");
  return share;
}

function expected({ subject }: Bench): NonNullable<Subject["share"]> {
  hold(subject.share, "The test names no room: set `share` of the subject");
  return subject.share;
}

const context = ({ config }: Bench) => ({ config, signal: AbortSignal.timeout(10_000), requestId: "conformance" });
const grantOf = async (bench: Bench, person = bench.person) => bench.mint(await bench.connect(person), person);

/** Plain words with everything that a chat may take for markup. */
const sentence = "Conformance *a* _b_ `c` ~d~ <e> & f, 1 < 2";

const hostile: readonly unknown[] = [undefined, null, 0, "", "notification", [], [null], {}, new Date(0), () => {}];

/** Each message, with each of its values replaced by another kind of value. */
function* spoiled(message: unknown): Generator<unknown> {
  if (typeof message !== "object" || message === null) return;
  for (const [name, value] of Object.entries(message)) {
    for (const other of [null, 7, "x".repeat(5_000), { toString: null }]) yield { ...message, [name]: other };
    for (const inner of spoiled(value)) yield { ...message, [name]: inner };
  }
}

export const togetherRules: readonly Rule[] = [
  {
    id: "discuss.kept",
    sentence: "A product that lies beside others keeps its frame alive, so that nothing is loaded twice.",
    applies: discusses,
    run: ({ subject }) => hold(subject.vendor.keepAlive, "keepAlive is false"),
  },
  {
    id: "discuss.place",
    sentence: "An item has a place in the product, docked or not: a path that leads nowhere else.",
    applies: discusses,
    run: ({ subject: { vendor, item } }) => {
      for (const docked of [false, true]) {
        const place = vendor.discuss?.placeOf(item, docked);
        hold(isPlace(place), `It is "${place}"`);
        hold(place === vendor.discuss?.placeOf(item, docked), "It changes");
      }
    },
  },
  {
    id: "share.rooms",
    sentence: "The rooms are the user's own, each with an id and a name, and no one else's.",
    applies: shares,
    run: async (bench) => {
      const { room } = expected(bench);
      const [first, second] = bench.subject.people;
      const rooms = await shareOf(bench).rooms(context(bench), await grantOf(bench, first));
      hold(rooms.length > 0 && rooms.every(({ id, name }) => id && name), "One has no id or no name");
      hold(new Set(rooms.map(({ id }) => id)).size === rooms.length, "One is listed twice");
      hold(
        rooms.some(({ id }) => id === room),
        "The user's room is not among them",
      );
      const others = await shareOf(bench).rooms(context(bench), await grantOf(bench, second));
      hold(!others.some(({ id }) => id === room), "Another user has it too");
    },
  },
  {
    id: "share.post",
    sentence: "A message is posted once, word for word, as the user.",
    applies: shares,
    run: async (bench) => {
      const { room, newest } = expected(bench);
      const grant = await grantOf(bench);
      await shareOf(bench).post(context(bench), grant, { room, text: sentence });
      const said = await newest(grant, bench.emulatorCall);
      hold(said.text === sentence, `It is "${said.text}"`);
      hold(said.account === bench.person.account, `It was said by ${said.account}`);
    },
  },
  {
    id: "share.foreign",
    sentence: "The vendor itself lets no one post in a room of others: room_unavailable.",
    applies: shares,
    run: async (bench) => {
      const { room } = expected(bench);
      const grant = await grantOf(bench, bench.subject.people[1]);
      const post = (to: string) => outcomeOf(() => shareOf(bench).post(context(bench), grant, { room: to, text: "x" }));
      holdProblem(await post(room), "room_unavailable");
      holdProblem(await post("conformance-no-such-room"), "room_unavailable");
    },
  },
  {
    id: "share.long",
    sentence: "A message over the vendor's limit is message_too_long, and never cut.",
    applies: shares,
    run: async (bench) => {
      const { room } = expected(bench);
      const grant = await grantOf(bench);
      const text = "x".repeat(100_000);
      holdProblem(
        await outcomeOf(() => shareOf(bench).post(context(bench), grant, { room, text })),
        "message_too_long",
      );
    },
  },
  {
    id: "share.lost",
    sentence: "A grant that the vendor has ended is ConnectionLost, so that the portal takes another one.",
    applies: shares,
    run: async (bench) => {
      const { room, end } = expected(bench);
      const grant = await grantOf(bench);
      await end(grant, bench.emulatorCall);
      const outcome = await outcomeOf(() => shareOf(bench).post(context(bench), grant, { room, text: "x" }));
      hold(outcome.kind === "lost", words(outcome));
    },
  },
  {
    id: "share.down",
    sentence: "While the vendor is down, posting ends with a Problem that holds no secret.",
    applies: shares,
    run: async (bench) => {
      const { room } = expected(bench);
      const grant = await grantOf(bench);
      bench.fails("hangs-up");
      const outcome = await outcomeOf(() => shareOf(bench).post(context(bench), grant, { room, text: sentence }));
      bench.works();
      const problem = holdProblem(outcome, "vendor_unreachable", "vendor_timeout");
      hold(!bench.secretIn(readable(problem)) && !readable(problem).includes(sentence), "It shows one, or the message");
    },
  },
  {
    id: "notify.entry",
    sentence: "A message of the product that tells of something unread is an entry with a name, words and a place.",
    applies: notifies,
    run: ({ subject: { vendor, notices = [] } }) => {
      hold(notices.length > 0, "The test names no message: set `notices` of the subject");
      for (const notice of notices) {
        const entry = vendor.notify?.entryOf(notice);
        hold(entry?.id && entry.title && entry.text && entry.unread > 0, `${JSON.stringify(notice)} is none`);
        hold(entry.place === null || isPlace(entry.place), `Its place is "${entry.place}"`);
      }
    },
  },
  {
    id: "notify.hostile",
    sentence: "No message of the page breaks the inbox, or fills it: it is nothing, or a short entry.",
    applies: notifies,
    run: ({ subject: { vendor, notices = [] } }) => {
      const messages = [...hostile, ...notices.flatMap((notice) => [...spoiled(notice)])];
      for (const message of messages) {
        const entry = vendor.notify?.entryOf(message) ?? null;
        if (entry === null) continue;
        const longest = Math.max(...[entry.id, entry.title, entry.text].map((text) => String(text).length));
        hold(longest <= 1_000 && Number.isSafeInteger(entry.unread), "An entry is endless");
        hold(entry.place === null || isPlace(entry.place), `A place is "${entry.place}"`);
      }
      for (const message of hostile) hold(!vendor.notify?.entryOf(message), "Nonsense is an entry");
    },
  },
];
