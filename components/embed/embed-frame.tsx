"use client";
/**
 * The frame around a vendor's embed: its states in words, a skeleton, an error card with what helps, the watchdog, and
 * a fresh mount for every try, unless the embed takes another item in. What is inside is the vendor's (lib/vendors/<vendor>/embed.tsx) and reports facts only.
 */
import { type ComponentType, Suspense, useCallback, useEffect, useId, useReducer, useRef, useState } from "react";
import { lookOf } from "@/components/items/look";
import { useSessionEnd } from "@/components/shell/session-watch";
import { cn } from "@/components/ui/cn";
import { useInBrowser } from "@/components/ui/local-time";
import { EmbedHostContext } from "@/lib/vendors/embed-host";
import { viewSearch } from "@/lib/vendors/shown-view";
import type { EmbedItem, EmbedProps } from "@/lib/vendors/vendor";
import { firstState, isAlive, isStarting, nextState, stateText, waitingText } from "./embed-state";
import { CardLayout, ErrorHelp, ErrorText } from "./error-card";
import { type EmbedVendor, useFrameRing, useHost, useReportVendorState, useRetries, useSlow } from "./frame-hooks";
import { ProgressBar, Skeleton } from "./skeleton";

export interface EmbedFrameProps {
  readonly vendor: EmbedVendor;
  readonly item: EmbedItem;
  readonly browser: object;
  /** For a kept-alive frame: the vendor's items that this user may open. */
  readonly items?: readonly EmbedItem[];
  readonly Embed: ComponentType<EmbedProps<object>>;
  readonly userId: string;
  /** The item's page in the portal. */
  readonly href: string;
  /** Opens the product in a new tab, for when the frame fails. */
  readonly openAddress?: string;
  /** False while a kept-alive frame is hidden behind another page. */
  readonly visible?: boolean;
  /** True while it lies beside another vendor's item. */
  readonly docked?: boolean;
}

/** The frame gives up after this time without the vendor's proof. An embed that knows the cause reports it earlier. */
const watchdogMs = 10_000;

export function EmbedFrame({
  vendor,
  item,
  browser,
  items,
  Embed,
  userId,
  href,
  openAddress,
  visible = true,
  docked = false,
}: EmbedFrameProps) {
  const [state, dispatch] = useReducer(nextState, firstState);
  const { attempt, mount } = state;
  const [shownItem, setShownItem] = useState(item.slug);
  if (shownItem !== item.slug) {
    // Before paint: the new item's name must never be shown with the old item's state.
    setShownItem(item.slug);
    if (!vendor.oneGrant) dispatch({ type: "item" });
  }
  const starting = isStarting(state);
  const section = useRef<HTMLElement>(null);
  const afterId = useId();
  const inBrowser = useInBrowser();
  const slow = useSlow(starting, attempt);
  const ring = useFrameRing(section);
  const host = useHost({ vendor, item, userId, visible, docked, href, attempt, dispatch });
  const retry = useCallback(() => dispatch({ type: "retry" }), []);

  useSessionEnd(useCallback(() => dispatch({ type: "session-ended" }), []));
  useRetries(state.name === "failed" ? state.problem : undefined, retry);
  useReportVendorState(vendor, state, { userId, href, title: item.title });
  useEffect(() => {
    if (!starting) return;
    const timer = setTimeout(() => dispatch({ type: "overdue", attempt }), watchdogMs);
    return () => clearTimeout(timer);
  }, [starting, attempt]);

  const alive = isAlive(state);
  return (
    <>
      <a
        href={`#${afterId}`}
        className={cn(
          "absolute top-2 left-2 z-30 rounded-md border border-line-strong bg-raised px-3 py-2 text-sm text-ink no-underline shadow-md",
          "not-focus-visible:pointer-events-none not-focus-visible:opacity-0",
        )}
      >
        Skip past the embedded product
      </a>
      <section
        ref={section}
        tabIndex={-1}
        data-vendor={vendor.id}
        data-item={item.slug}
        data-state={state.name}
        data-code={alive ? undefined : state.problem?.code}
        aria-label={`${item.title}, ${vendor.name}`}
        aria-busy={starting}
        data-ring={ring || undefined}
        className={cn(
          "relative flex h-full min-h-0 w-full overflow-hidden rounded-[inherit] bg-surface outline-none",
          "after:pointer-events-none after:absolute after:inset-0 after:z-20 after:rounded-[inherit] after:border-2 after:border-transparent data-ring:after:border-focus",
        )}
      >
        <div role="status" className="sr-only">
          {stateText(state, item.title, vendor.name)}
        </div>
        {alive && inBrowser && (
          <div inert={starting} className="absolute inset-0 [&_iframe]:block [&_iframe]:h-full [&_iframe]:w-full">
            <EmbedHostContext value={host}>
              {/* The embed's code may still be loading: skeleton and watchdog cover that too. */}
              <Suspense fallback={null}>
                <Embed key={mount} item={item} browser={browser} items={items} />
              </Suspense>
            </EmbedHostContext>
          </div>
        )}
        {starting && (
          <>
            <Skeleton shape={lookOf(item.kind).skeleton} />
            <ProgressBar />
            <div role="status" className="absolute inset-x-3 bottom-3 z-10 flex justify-center">
              {slow && (
                <p className="flex max-w-md items-center gap-3 rounded-md border border-line-strong bg-raised px-4 py-3 text-sm shadow-md">
                  <span
                    aria-hidden="true"
                    className="size-3.5 shrink-0 animate-turn rounded-full border-2 border-line-strong border-t-accent"
                  />
                  {waitingText(state, vendor.name, item.kind)}
                </p>
              )}
            </div>
          </>
        )}
        <CardSlot shown={!alive}>
          <div role="alert">
            {!alive && state.problem && <ErrorText problem={state.problem} vendorName={vendor.name} />}
          </div>
          {!alive && state.problem && (
            <ErrorHelp
              problem={state.problem}
              vendorName={vendor.name}
              here={href + (inBrowser && window.location.pathname === href ? viewSearch() : "")}
              openAddress={openAddress}
              inspectable={vendor.steps !== undefined}
              onRetry={() => {
                // The button disappears with the card: keep the focus on the frame.
                section.current?.focus();
                retry();
              }}
            />
          )}
        </CardSlot>
      </section>
      <span id={afterId} tabIndex={-1} className="sr-only">
        End of {item.title}
      </span>
    </>
  );
}

/** Holds the assertive live region, which must be in the page before its text changes. */
function CardSlot({ shown, children }: { shown: boolean; children: React.ReactNode }) {
  return (
    <div className={cn("absolute inset-0 z-10 flex overflow-y-auto bg-surface", !shown && "invisible")}>
      <CardLayout>{children}</CardLayout>
    </div>
  );
}
