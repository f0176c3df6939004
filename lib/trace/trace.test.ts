/** Hops, recordings and what is told of values. Refusals first. */
import { randomUUID } from "node:crypto";
import { InMemorySpanExporter } from "@opentelemetry/sdk-trace";
import { Problem } from "@/lib/problem/problem";
import { keep, recordingById, recordingsOf } from "./buffer";
import { describeReceived, describeSent, maskToken } from "./mask";
import { addSteps, hop, note, record, replaceTracing, startRecording } from "./trace";

const exporter = new InMemorySpanExporter();
let flush: () => Promise<void>;

beforeEach(() => {
  exporter.reset();
  flush = replaceTracing(exporter);
});
afterEach(() => {
  replaceTracing(null);
});

const sessionOf = (id = randomUUID()) => ({ id, user: { id: "u-1", name: "Una" } });
const start = (session = sessionOf()) =>
  ({ requestId: randomUUID(), root: "open", method: "GET", path: "/x", kind: "open", session }) as const;

const spans = async () => {
  await flush();
  return exporter.getFinishedSpans();
};

test("switched off, a hop is its step and nothing else", async () => {
  const off = replaceTracing(null);
  const session = sessionOf();
  expect(await record(start(session), () => hop("policy", async (step) => step.recording))).toBe(false);
  await off();
  expect(exporter.getFinishedSpans()).toEqual([]);
  expect(recordingsOf(session.id)).toEqual([]);
});

test("a request that opened nothing is not kept", async () => {
  const session = sessionOf();
  const { kind: _, ...request } = start(session);
  await record(request, async () => hop("guard", () => undefined));
  expect(recordingsOf(session.id)).toEqual([]);
});

test("an error's message reaches no span: it may hold a token", async () => {
  const failing = record(start(), () =>
    hop("vendor-call", async () => {
      throw new Error("canary-token-in-a-message");
    }),
  );
  await expect(failing).rejects.toThrow("canary");
  const ended = await spans();
  expect(ended.length).toBeGreaterThan(1);
  expect(JSON.stringify(ended.map(({ attributes, events, status }) => [attributes, events, status]))).not.toContain(
    "canary",
  );
});

test("what runs for another session reaches no recording of this one", async () => {
  const [mine, theirs] = [sessionOf(), sessionOf()];
  await record(start(mine), async () => {
    await record({ ...start(theirs), kind: "revoke", detached: true }, async () => hop("audit", () => undefined));
    hop("policy", () => undefined);
  });
  const hopsOf = (id: string) => recordingsOf(id).flatMap((one) => one.spans.map(({ name }) => name));
  expect(hopsOf(mine.id)).toEqual(["policy", "GET open"]);
  expect(hopsOf(theirs.id)).toEqual(["audit", "GET open"]);
});

test("a refusal is told by its code", async () => {
  const session = sessionOf();
  await record(start(session), async () => {
    note({ code: "item_forbidden" });
    return hop("policy", () => {
      throw new Problem("item_forbidden");
    });
  }).catch(() => undefined);
  const [kept] = recordingsOf(session.id);
  expect(kept?.code).toBe("item_forbidden");
  expect(kept?.spans.map(({ attributes }) => attributes["error.type"])).toEqual(["item_forbidden", "item_forbidden"]);
});

test("the framework's redirect is no failure", async () => {
  const redirect = Object.assign(new Error("NEXT_REDIRECT"), { digest: "NEXT_REDIRECT;replace;/signin" });
  await expect(
    record(start(), () =>
      hop("page-guard", async () => {
        throw redirect;
      }),
    ),
  ).rejects.toBe(redirect);
  expect((await spans())[0]?.attributes).not.toHaveProperty("error.type");
});

test("steps that the browser measured are spans of the same trace", async () => {
  const session = sessionOf();
  const begun = start(session);
  await record(begun, async () => undefined);
  const recording = recordingById(begun.requestId);
  if (!recording) throw new Error("not kept");
  addSteps(recording, [{ term: "page-loaded", vendor: "v", start: recording.at + 5, end: recording.at + 9 }]);
  const [root, step] = await spans();
  expect(step?.spanContext().traceId).toBe(root?.spanContext().traceId);
  expect(recording.spans.map(({ name }) => name)).toEqual(["GET open", "page-loaded"]);
});

test("the two requests of one sign-in become one recording", async () => {
  const pairing = randomUUID();
  const { session: _, ...before } = start();
  await record({ ...before, root: "sign-in-start", kind: "sign-in", pairing }, async () => undefined);
  const session = sessionOf();
  const callback = startRecording({ ...start(session), root: "request", kind: "sign-in" });
  callback.run(() => note({ pairing, root: "sign-in-callback" }));
  callback.end();
  expect(recordingsOf(session.id).map((one) => one.spans.map(({ name }) => name))).toEqual([
    ["GET sign-in-start", "GET request"],
  ]);
});

test("a session keeps its sign-in and its newest openings", async () => {
  const session = sessionOf();
  await record({ ...start(session), kind: "sign-in" }, async () => undefined);
  for (let opening = 0; opening < 40; opening += 1) await record(start(session), async () => undefined);
  const kept = recordingsOf(session.id);
  expect(kept).toHaveLength(30);
  expect(kept[0]?.kind).toBe("sign-in");
});

test("one opening has a bounded number of hops", async () => {
  const session = sessionOf();
  await record(start(session), async () => {
    for (let calls = 0; calls < 200; calls += 1) hop("vendor-call", () => undefined);
  });
  expect(recordingsOf(session.id)[0]?.spans.length).toBe(80);
});

test("sessions that no one looks at make room for others", () => {
  const recording = (id: string) => ({ id, at: 0, kind: "open" as const, sessionId: id, spans: [] });
  keep(recording("first"));
  for (let sessions = 0; sessions < 500; sessions += 1) keep(recording(randomUUID()));
  expect(recordingsOf("first")).toEqual([]);
});

describe("what is told of a value", () => {
  test("a token: its kind, its last three characters, its length and its end", () => {
    expect(maskToken(`${"a".repeat(40)}3f9`, "identity token", 55_000)).toBe("iden…3f9 (43 characters, ends in 55 s)");
  });

  test("a short secret is not told by its end", () => {
    expect(maskToken("hunter2", "token")).toBe("toke… (7 characters)");
  });

  test("a password: neither the value nor its length", () => {
    expect(describeSent({ url: "http://v/", body: { password: "hunter2" } }, { password: "password" })).toEqual([
      "field password: not shown",
    ]);
  });

  test("whatever no term lists is told by its name alone", () => {
    const sent = describeSent({
      url: "http://v/path?code=canary",
      headers: { "x-new-token": "canary", cookie: "a=canary; b=canary" },
      body: { anything: "canary" },
    });
    expect(sent).toEqual(["header x-new-token", "cookie a", "cookie b", "query code", "field anything"]);
  });

  test("of an answer only what a term lists", () => {
    const answer = {
      headers: new Headers({ "x-secret": "canary", "x-listed": "yes" }),
      cookies: ["session=canary; Path=/; HttpOnly"],
      text: JSON.stringify({ canary: "canary", token: "t".repeat(20), expires_in: 60 }),
    };
    expect(describeReceived(answer, { "X-Listed": "value", token: { token: "bearer token" } })).toEqual([
      "header X-Listed: yes",
      "field token: bear…ttt (20 characters, ends in 60 s)",
      "cookie session",
    ]);
  });
});
