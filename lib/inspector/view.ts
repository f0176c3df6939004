import "server-only";
/** Makes a sequence of hops out of the spans of a recording: sorted by their start, each with its term. */
import { isProblemCode, type ProblemCode, problemText } from "@/lib/problem/codes";
import { portalTerms } from "@/lib/trace/portal-terms";
import { promises } from "@/lib/trace/promises";
import type { RecordedSpan, Recording } from "@/lib/trace/recording";
import { promiseAddress, sourceLine } from "@/lib/trace/source";
import { type CallTerm, type Lane, lanes, type StepTerm, type Term } from "@/lib/trace/terms";
import { attribute } from "@/lib/trace/trace";
import { configuredVendor } from "@/lib/vendors/configured";
import type { Vendor } from "@/lib/vendors/vendor";
import portal from "@/portal.config";
import type { Fact, Failure, HopView, Sequence } from "./sequence";

type AnyVendor = Pick<Vendor, "id" | "name" | "hops">;
type AnyTerm = Term & Partial<Pick<CallTerm, "onSession" | "opensSession">>;

/** Spans that hold other hops and say nothing by themselves where those are there. */
const groups: readonly string[] = ["connect", "mint"];

const vendorOf = (id: unknown): AnyVendor | undefined =>
  typeof id === "string" ? configuredVendor(id)?.vendor : undefined;

const isRoot = ({ attributes }: RecordedSpan) => attributes[attribute.requestId] !== undefined;
const textAt = ({ attributes }: RecordedSpan, name: string) => {
  const value = attributes[name];
  return typeof value === "string" ? value : undefined;
};
const listAt = ({ attributes }: RecordedSpan, name: string): readonly string[] => {
  const value = attributes[name];
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
};

const termOfCall = (call: CallTerm): AnyTerm => ({ ...call, from: "broker", to: "vendor" });

function termOf(span: RecordedSpan): AnyTerm {
  const id = textAt(span, attribute.hop) ?? "";
  const hops = isRoot(span) ? undefined : vendorOf(span.attributes[attribute.vendor])?.hops;
  const call = hops?.calls.find((one) => one.id === id);
  if (call) return termOfCall(call);
  const step = hops?.steps.find((one) => one.id === id);
  if (step) return step;
  return Object.hasOwn(portalTerms, id) ? portalTerms[id as keyof typeof portalTerms] : portalTerms.request;
}

const isCall = (span: RecordedSpan) => span.attributes["http.request.method"] !== undefined && !isRoot(span);

/** Whether a group has a hop of its own inside. */
const holdsCalls = (group: RecordedSpan, spans: readonly RecordedSpan[]) =>
  spans.some((one) => one !== group && isCall(one) && one.start >= group.start && one.end <= group.end);

/**
 * @param ended recordings that go with it: what a sign-out ended at the vendors
 */
export function sequenceOf(recording: Recording, ended: readonly Recording[] = []): Sequence {
  const all = [recording, ...ended].flatMap(({ spans }) => spans);
  const spans = all
    .filter((span) => !(groups.includes(textAt(span, attribute.hop) ?? "") && holdsCalls(span, all)))
    .sort((one, other) => one.start - other.start || Number(isRoot(other)) - Number(isRoot(one)));
  const begins = spans[0]?.start ?? recording.at;
  const vendor = vendorOf(recording.vendor);
  const culprit = recording.code ? culpritOf(spans) : failedStep(spans);
  const seen: RecordedSpan[] = [];
  const hops: HopView[] = spans.map((span, index) => {
    const view = hopOf(span, {
      key: String(index),
      begins,
      next: spans[index + 1],
      before: seen,
      same: spans,
      failure: span === culprit ? failureOf(recording, span, vendor) : undefined,
    });
    seen.push(span);
    return view;
  });
  const failed = culprit !== undefined;
  const listed = [...hops, ...(failed && recording.kind === "open" ? neverOf(vendor, spans) : [])];
  const end = Math.max(begins, ...spans.map((span) => span.end));
  return {
    id: recording.id,
    kind: recording.kind,
    ...wordsOf(recording, vendor),
    account: recording.account,
    vendor: vendor?.id,
    at: begins,
    total: end - begins,
    lanes: lanesOf(listed, vendor),
    hops: listed,
    connectionsReused: spans.filter((span) => span.attributes[attribute.reused] === "connection").length,
    sessionsReused: hops.filter(({ facts }) => facts.some(({ text }) => text.startsWith("Session reused"))).length,
    code: isProblemCode(recording.code) ? recording.code : undefined,
  };
}

const hasError = (span: RecordedSpan) => span.attributes["error.type"] !== undefined && !isRoot(span);

/** What a failed recording failed at: the last hop with an error, except one that only holds the others or writes them down. */
function culpritOf(spans: readonly RecordedSpan[]): RecordedSpan | undefined {
  const wrong = spans.filter((span) => hasError(span) && !groups.includes(textAt(span, attribute.hop) ?? ""));
  return wrong.at(-1) ?? spans.findLast(isCall) ?? spans.at(-1);
}

const isStep = (span: RecordedSpan) =>
  vendorOf(span.attributes[attribute.vendor])?.hops?.steps.some(({ id }) => id === span.attributes[attribute.hop]);

/** The browser's half can fail where the portal's went well. */
const failedStep = (spans: readonly RecordedSpan[]) => spans.findLast((span) => hasError(span) && isStep(span));

interface HopContext {
  readonly key: string;
  readonly begins: number;
  readonly next: RecordedSpan | undefined;
  readonly before: readonly RecordedSpan[];
  readonly same: readonly RecordedSpan[];
  readonly failure: Failure | undefined;
}

function hopOf(span: RecordedSpan, { key, begins, next, before, same, failure }: HopContext): HopView {
  const term = termOf(span);
  const id = textAt(span, attribute.hop) ?? "";
  const { "http.response.status_code": status } = span.attributes;
  const vendorName = vendorOf(span.attributes[attribute.vendor])?.name;
  const unnamed = id === "vendor-call";
  // The request spans everything: it is shown as long as it takes to the first step.
  const end = isRoot(span) && next ? Math.min(span.end, next.start) : span.end;
  return {
    key,
    id,
    name: unnamed ? (textAt(span, "url.path")?.split("/").at(-1) ?? term.name) : term.name,
    note: noteOf(span),
    from: term.from,
    to: term.to,
    start: span.start - begins,
    duration: end - span.start,
    state: failure ? "failed" : "done",
    method: isCall(span) || isRoot(span) ? textAt(span, "http.request.method") : requestOf(term)?.[0],
    path: isCall(span) || isRoot(span) ? textAt(span, "url.path") : requestOf(term)?.[1],
    url: textAt(span, "url.full"),
    status: typeof status === "number" ? status : undefined,
    sent: listAt(span, attribute.sent),
    received: listAt(span, attribute.received),
    sentAs: textAt(span, attribute.sentAs),
    facts: factsOf(span, term, before, same),
    source: sourceLine(term.source),
    docs: term.docs && { ...term.docs, vendor: term.to === "idp" ? "OpenID Connect" : (vendorName ?? "Standard") },
    promise: term.promise && { title: promises[term.promise], href: promiseAddress(term.promise) },
    failure,
  };
}

/** Method and path of a step that is one request of the vendor's client. */
const requestOf = (term: AnyTerm) =>
  "request" in term && typeof term.request === "string" ? term.request.split(" ") : undefined;

/** Whether the vendor's session was opened before this recording began. */
function sessionReused(span: RecordedSpan, term: AnyTerm, before: readonly RecordedSpan[]): boolean {
  const vendor = span.attributes[attribute.vendor];
  return (
    term.onSession === true &&
    !before.some((one) => one.attributes[attribute.vendor] === vendor && termOf(one).opensSession === true)
  );
}

/** A word beside the name; the rest is in the hop's facts. */
function noteOf(span: RecordedSpan): string | undefined {
  // The account stands above the hops, and calls have a line of their own.
  if (textAt(span, attribute.hop) === "mapping" || isCall(span)) return undefined;
  return textAt(span, attribute.decision);
}

function factsOf(
  span: RecordedSpan,
  term: AnyTerm,
  before: readonly RecordedSpan[],
  same: readonly RecordedSpan[],
): readonly Fact[] {
  const facts: Fact[] = [];
  const decision = textAt(span, attribute.decision);
  const rule = textAt(span, attribute.rule);
  if (decision) facts.push({ label: "Decided", text: decision });
  if (span.attributes[attribute.reused] === "connection")
    facts.push({ label: "Reused", text: `Connection reused: ${rule ?? "the portal's own record of it"}` });
  else if (rule) facts.push({ label: "Rule", text: rule });
  if (sessionReused(span, term, before))
    facts.push({
      label: "Reused",
      text: "Session reused: opened earlier, kept by the connection, still alive at the vendor",
    });
  else if (term.onSession) facts.push({ label: "Session", text: "The session that this opening has just begun" });
  const repeats = same.filter((one) => isCall(one) && isCall(span) && sameCall(one, span));
  if (repeats.length > 1)
    facts.push({ label: "Repeated", text: `Attempt ${repeats.indexOf(span) + 1} of ${repeats.length}` });
  return facts;
}

const sameCall = (one: RecordedSpan, other: RecordedSpan) =>
  one.name === other.name && one.attributes["url.path"] === other.attributes["url.path"];

/** What helps, in a sentence, and where. */
const remedies: Readonly<Record<string, { readonly text: string; readonly href?: string; readonly label?: string }>> = {
  retry: { text: "Try again." },
  "sign-in": { text: "Sign in to the portal again.", href: "/signin?again=1", label: "Sign in again" },
  connect: {
    text: "Link the account with its present password.",
    href: "/account/connections",
    label: "Link the account again",
  },
  "open-tab": { text: "Open it in a new tab." },
  home: { text: "Choose another item." },
  "tell-admin": { text: "Tell your administrator the support code.", href: "/admin/health", label: "Open Health" },
};

function failureOf(recording: Recording, span: RecordedSpan, vendor: AnyVendor | undefined): Failure | undefined {
  const code = recording.code ?? textAt(span, "error.type") ?? "";
  if (!isProblemCode(code)) return { code, cause: code, remedy: "The log has the request under its id." };
  const { title, detail, remedies: helps } = problemText(code as ProblemCode, vendor?.name);
  const help = remedies[helps[0] ?? ""];
  const said = recording.reference ? ` ${vendor?.name ?? "The vendor"} said ${recording.reference}.` : "";
  return {
    code,
    cause: `${title}. ${detail}${said}`,
    remedy: help?.text ?? "The log has the request under its id.",
    help: help?.href && help.label ? { href: help.href, label: help.label } : undefined,
  };
}

/** What would have followed. */
function neverOf(vendor: AnyVendor | undefined, spans: readonly RecordedSpan[]): readonly HopView[] {
  const happened = new Set(spans.map((span) => span.attributes[attribute.hop]));
  const missed: readonly (readonly [string, Term])[] = [
    ...(vendor?.hops?.calls ?? [])
      .filter(({ id, always }) => always && !happened.has(id))
      .map((call) => [call.id, termOfCall(call)] as const),
    ...(vendor?.hops?.steps ?? [])
      .filter((step: StepTerm) => !step.optional && !happened.has(step.id))
      .map((step) => [step.id, step] as const),
  ];
  return missed.map(([id, term]) => ({
    key: `never-${id}`,
    id,
    name: term.name,
    from: term.from,
    to: term.to,
    start: 0,
    duration: null,
    state: "never",
    sent: [],
    received: [],
    facts: [],
    source: sourceLine(term.source),
    docs: term.docs && { ...term.docs, vendor: vendor?.name ?? "Standard" },
    promise: term.promise && { title: promises[term.promise], href: promiseAddress(term.promise) },
  }));
}

const laneNames: Readonly<Record<Lane, string>> = {
  browser: "Browser",
  portal: "Portal",
  broker: "Broker",
  store: "Store",
  idp: "Identity provider",
  vendor: "Vendor",
  frame: "Frame",
};

/** The lanes that some hop touches, in their order. */
function lanesOf(hops: readonly HopView[], vendor: AnyVendor | undefined) {
  const touched = new Set(hops.flatMap(({ from, to }) => [from, to]));
  return lanes
    .filter((lane) => touched.has(lane))
    .map((id) => ({ id, name: id === "vendor" ? (vendor?.name ?? laneNames.vendor) : laneNames[id] }));
}

function wordsOf(recording: Recording, vendor: AnyVendor | undefined) {
  const who = recording.userName || recording.userId || "Someone";
  const name = vendor?.name ?? "the portal";
  const item = portal.items.find((one) => one.vendor === recording.vendor && one.slug === recording.item);
  const what = item?.title ?? name;
  switch (recording.kind) {
    case "open":
      return { who, verb: "opened", what };
    case "renew":
      return { who, verb: "renewed the grant of", what };
    case "call":
      return { who, verb: "asked again for the grant of", what };
    case "client":
      return { who: `${name}'s own client`, verb: "asked for a login token of", what: who };
    case "sign-in":
      return { who, verb: "signed in to", what: portal.name };
    case "sign-out":
      return { who, verb: "signed out of", what: portal.name };
    case "revoke":
      return { who: "The portal", verb: "ended a connection to", what: name };
    default:
      return { who, verb: "asked", what: portal.name };
  }
}
