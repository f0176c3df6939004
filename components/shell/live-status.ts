"use client";
/**
 * The vendors' status in this page: what the server told last, what the page's embeds have observed since, and the end of
 * the portal session. The newest wins. While the page is in front it asks the server again every half minute.
 */
import { useCallback, useEffect, useSyncExternalStore } from "react";
import { askPortal } from "@/lib/grants/ask-portal";
import type { ProblemCode } from "@/lib/problem/codes";
import type { EmbedProblem } from "@/lib/vendors/embed-host";
import type { PortalView, SectionView, VendorState } from "./portal-view";
import { noteSessionEnd, useSessionEnd } from "./session-watch";

/** What a page knows of a vendor. `signed-out`: the portal session has ended, so nothing is connected. */
export interface Status {
  readonly state: VendorState | "signed-out";
  readonly account: string | null;
  /** Since when it is unavailable or failing, ISO 8601. */
  readonly since: string | null;
  /** Why it is unavailable or failing. */
  readonly code: ProblemCode | null;
}

interface VendorObservation {
  readonly state: Extract<VendorState, "connected" | "unavailable" | "failing">;
  readonly code: ProblemCode | null;
  /** ISO 8601. */
  readonly at: string;
}

interface Known {
  readonly observed: Readonly<Record<string, VendorObservation>>;
  /** The server's last answer to this page, newer than the view it was rendered with. */
  readonly polled: Readonly<Record<string, Status>>;
  readonly ended: boolean;
  /** When the page asks next, milliseconds since 1970; null before the first time. */
  readonly nextAt: number | null;
}

const nothing: Known = { observed: {}, polled: {}, ended: false, nextAt: null };
let known = nothing;
const listeners = new Set<() => void>();

function change(next: Partial<Known>): void {
  known = { ...known, ...next };
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const useKnown = () =>
  useSyncExternalStore(
    subscribe,
    () => known,
    () => nothing,
  );

/** Records that a vendor showed its product, or failed. The first of several failures dates the trouble. */
export function noteVendor(vendorId: string, state: VendorObservation["state"], code: ProblemCode | null = null): void {
  const before = known.observed[vendorId];
  if (before?.state === state && before.code === code) return;
  const isSame = before !== undefined && before.state !== "connected" && state !== "connected";
  const at = isSame ? before.at : new Date().toISOString();
  change({ observed: { ...known.observed, [vendorId]: { state, code, at } } });
}

/** The server has just told its status: failures that this page had seen before are in it. */
export function forgetOutages(): void {
  const observed = Object.fromEntries(Object.entries(known.observed).filter(([, { state }]) => state === "connected"));
  change({ observed, polled: {} });
}

/** The newer of the server's status and this page's observation. */
function newest(told: Status, seen: VendorObservation | undefined): Status {
  if (!seen || !told.account || told.state === "unlinked") return told;
  const isTrouble = told.state === "unavailable" || told.state === "failing";
  if (seen.state !== "connected")
    return { ...told, state: seen.state, code: seen.code, since: (isTrouble && told.since) || seen.at };
  return isTrouble && told.since && told.since > seen.at
    ? told
    : { ...told, state: "connected", since: null, code: null };
}

/** The status of every vendor, by its id. */
export function useStatuses(sections: readonly SectionView[]): ReadonlyMap<string, Status> {
  const { observed, polled, ended } = useKnown();
  return new Map(
    sections.map((section) => {
      const told = polled[section.id] ?? section;
      if (ended) return [section.id, { ...told, state: "signed-out", since: null, code: null }];
      return [section.id, newest(told, observed[section.id])];
    }),
  );
}

/** When the page asks the server next, milliseconds since 1970. */
export const useNextLook = (): number | null => useKnown().nextAt;

export const lookEveryMs = 30_000;

/** Takes the server's answer over. */
function takeOver(answer: unknown): void {
  const { vendors } = answer as { vendors?: readonly (Status & { readonly id: string })[] };
  if (!Array.isArray(vendors)) return;
  believe(vendors);
  forgetOutages();
  change({ polled: Object.fromEntries(vendors.map((vendor) => [vendor.id, vendor])) });
}

async function look(): Promise<void> {
  change({ nextAt: Date.now() + lookEveryMs });
  const asked = known.observed;
  const response = await fetch("/api/status", { cache: "no-store" }).catch(() => null);
  if (response?.status === 401) return noteSessionEnd();
  const answer: unknown = response?.ok ? await response.json().catch(() => null) : null;
  // An embed that has reported meanwhile is newer than the answer.
  if (answer && asked === known.observed) takeOver(answer);
}

/**
 * Asks the server again every half minute while the page is in front, and when it comes back to the front. Once per page,
 * in the shell.
 *
 * @param view changes whenever the server has rendered the page's status anew
 */
export function useStatusRefresh(view: Pick<PortalView, "sections">): void {
  useEffect(() => {
    believe(view.sections);
    forgetOutages();
  }, [view]);
  useSessionEnd(useCallback(() => change({ ended: true, observed: {}, polled: {} }), []));
  useEffect(() => {
    const visible = () => document.visibilityState === "visible";
    change({ nextAt: Date.now() + lookEveryMs });
    const timer = setInterval(() => visible() && !known.ended && void look(), lookEveryMs);
    const shown = () => {
      if (visible() && !known.ended) void look();
    };
    document.addEventListener("visibilitychange", shown);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", shown);
    };
  }, []);
}

/**
 * Has the server try a vendor right now, with a grant of this user's own.
 *
 * @returns the vendor's status afterwards, or why it is unknown
 */
export async function tryVendor(vendorId: string): Promise<Status | EmbedProblem> {
  const answer = await askPortal("/api/status/try", { vendor: vendorId });
  if (!answer.ok) {
    if (answer.problem.code === "unauthenticated") noteSessionEnd();
    return answer.problem;
  }
  takeOver(answer.body);
  return known.polled[vendorId] ?? { code: "portal_failed" };
}

/** Vendors that the server believes in trouble. */
const inTrouble = new Set<string>();

function believe(vendors: readonly { readonly id: string; readonly state: Status["state"] }[]): void {
  for (const { id, state } of vendors)
    if (state === "unavailable" || state === "failing") inTrouble.add(id);
    else inTrouble.delete(id);
}

/** Tells the server what an embed has met, so that the next page knows it too. Nothing waits for the answer. */
export function reportEmbed(vendorId: string, seen: Pick<EmbedProblem, "code" | "requestId"> | "interactive"): void {
  if (seen === "interactive") {
    // Most embeds open where all is well: that is no news.
    if (inTrouble.delete(vendorId)) void askPortal("/api/status", { vendor: vendorId, interactive: true });
    return;
  }
  inTrouble.add(vendorId);
  // With a request id it is an answer of the server, which knows it.
  if (!seen.requestId) void askPortal("/api/status", { vendor: vendorId, code: seen.code });
}
