"use client";
import { useQueryClient } from "@tanstack/react-query";
import { type RefObject, useCallback, useEffect, useMemo, useState } from "react";
import { noteVendor, reportEmbed } from "@/components/shell/live-status";
import { tellUser } from "@/components/shell/portal-notices";
import { useTheme } from "@/components/ui/theme";
import { toast } from "@/components/ui/toast";
import { grantSource } from "@/lib/grants/grant-source";
/** What the embed frame does beside drawing: the embed's host, patience, retries, observations, and the focus ring. */
import { isOutage } from "@/lib/problem/codes";
import { isTrouble } from "@/lib/problem/trouble";
import {
  type EmbedHost,
  type EmbedProblem,
  type EmbedReport,
  isGrantRefused,
  type ViewHost,
} from "@/lib/vendors/embed-host";
import { askedView, showView } from "@/lib/vendors/shown-view";
import type { StepPattern } from "@/lib/vendors/steps";
import type { EmbedItem } from "@/lib/vendors/vendor";
import { type EmbedEvent, retriesAfter } from "./embed-state";
import { StepReport } from "./step-report";

/** After this time the frame says what it waits for. */
const patienceMs = 4_000;

/** What the frame knows of the vendor. */
export interface EmbedVendor {
  readonly id: string;
  readonly name: string;
  readonly endpoint: string;
  /** Whether one grant serves every item: then a change of the item is the embed's own business. */
  readonly oneGrant: boolean;
  /** Whether the frame outlives the pages of the vendor's items. */
  readonly keepAlive: boolean;
  /** Whether a grant may be taken twice. */
  readonly reusable: boolean;
  /** What to watch for "How this opened"; absent where no one may see it. */
  readonly steps?: readonly StepPattern[] | undefined;
}

interface HostParts {
  readonly vendor: EmbedVendor;
  readonly item: EmbedItem;
  readonly userId: string;
  readonly visible: boolean;
  readonly docked: boolean;
  /** The item's page. */
  readonly href: string;
  readonly attempt: number;
  readonly dispatch: (event: EmbedEvent) => void;
}

/** What the embed gets. `grant` and `report` stay the same for one try, and are new for every other. */
export function useHost({ vendor, item, userId, visible, docked, href, attempt, dispatch }: HostParts): EmbedHost {
  const queries = useQueryClient();
  const theme = useTheme();
  const { id, name, endpoint, reusable } = vendor;
  const slug = vendor.oneGrant ? undefined : item.slug;

  // biome-ignore lint/correctness/useExhaustiveDependencies: one report for each attempt at each grant
  const steps = useMemo(() => (vendor.steps ? new StepReport(vendor.steps, item.slug) : null), [id, slug, attempt]);
  const note = useMemo(() => (steps ? (name: string) => steps.note(name) : undefined), [steps]);
  const report = useCallback(
    (said: EmbedReport) => {
      if (said.state === "failed") steps?.fail(said.problem.code);
      dispatch({ type: "report", attempt, report: said });
    },
    [attempt, dispatch, steps],
  );
  const grant = useMemo(() => {
    const source = grantSource<unknown>(queries, { vendor: id, endpoint, item: slug }, reusable, (requestId) =>
      steps?.granted(requestId),
    );
    const refused = (error: unknown, whole: boolean) => {
      if (isGrantRefused(error) && (whole || error.problem.code === "unauthenticated"))
        dispatch({ type: "refused", attempt, problem: error.problem });
      throw error;
    };
    return {
      async take() {
        try {
          const taken = await source.take();
          dispatch({ type: "granted", attempt });
          return taken;
        } catch (error) {
          return refused(error, true);
        }
      },
      // A renewal that is refused need not end what is on the screen: the embed decides, except when the session has ended.
      renew: () => source.renew().catch((error: unknown) => refused(error, false)),
    };
  }, [queries, id, endpoint, slug, reusable, attempt, dispatch, steps]);

  const view = useMemo(
    (): ViewHost => ({
      asked: askedView,
      shown: (shown) => showView(href, shown),
      lost() {
        showView(href, { filters: [] });
        void toast(`${name} no longer has this view. The item opened at its start.`);
      },
    }),
    [href, name],
  );

  return useMemo(
    () => ({
      grant,
      report,
      ...(note ? { note } : {}),
      userId,
      theme,
      visible,
      docked,
      view,
      locale: typeof navigator === "undefined" ? "en" : navigator.language,
    }),
    [grant, report, note, userId, theme, visible, docked, view],
  );
}

/**
 * Whether the keyboard has just carried the focus into the frame. Browsers do not say so by `:focus-visible` on an
 * iframe, and a ring after every click in the product would be in the way.
 */
export function useFrameRing(section: RefObject<HTMLElement | null>): boolean {
  const [ring, setRing] = useState(false);
  useEffect(() => {
    let tabbed = false;
    const events = new AbortController();
    const options = { signal: events.signal, capture: true };
    window.addEventListener("keydown", ({ key }) => (tabbed = key === "Tab"), options);
    // The pointer comes by here on its way into the frame. (The key's own release does not count: it may be told
    // before the focus has moved to a frame of another process.)
    for (const pointer of ["pointermove", "pointerover", "pointerdown"] as const)
      window.addEventListener(pointer, () => (tabbed = false), options);
    // The window loses the focus to the frame.
    window.addEventListener("blur", () => setRing(tabbed && !!section.current?.contains(document.activeElement)), {
      signal: events.signal,
    });
    window.addEventListener(
      "focus",
      () => {
        tabbed = false;
        setRing(false);
      },
      { signal: events.signal },
    );
    return () => events.abort();
  }, [section]);
  return ring;
}

/** True once a try has taken longer than people wait in silence. */
export function useSlow(starting: boolean, attempt: number): boolean {
  const [slow, setSlow] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: every attempt starts its own patience
  useEffect(() => {
    if (!starting) return;
    const timer = setTimeout(() => setSlow(true), patienceMs);
    return () => {
      clearTimeout(timer);
      setSlow(false);
    };
  }, [starting, attempt]);
  return slow;
}

/** Retries transient problems automatically: when the network is back, or after the vendor's pause. */
export function useRetries(problem: EmbedProblem | undefined, retry: () => void): void {
  useEffect(() => {
    if (!problem) return;
    if (problem.code === "offline") {
      window.addEventListener("online", retry, { once: true });
      return () => window.removeEventListener("online", retry);
    }
    const wait = retriesAfter(problem);
    if (wait === null) return;
    const timer = setTimeout(retry, wait * 1_000);
    return () => clearTimeout(timer);
  }, [problem, retry]);
}

/** Reports to the status dots what the frame has just seen of the vendor. */
export function useReportVendorState(
  { id, name: vendorName }: EmbedVendor,
  state: { name: string; problem?: EmbedProblem },
  { userId, href, title }: { readonly userId: string; readonly href: string; readonly title: string },
): void {
  const { name, problem } = state;
  useEffect(() => {
    if (name === "interactive") {
      noteVendor(id, "connected");
      reportEmbed(id, "interactive");
    } else if (name === "failed" && problem && isTrouble(problem.code)) {
      noteVendor(id, isOutage(problem.code) ? "unavailable" : "failing", problem.code);
      reportEmbed(id, problem);
    }
    if (name !== "failed" || problem?.code !== "embed_session_lost") return;
    tellUser(userId, {
      id: `session:${id}`,
      title: `${vendorName} ended your session`,
      text: `Open ${title} again`,
      href,
    });
  }, [id, vendorName, name, problem, userId, href, title]);
}
