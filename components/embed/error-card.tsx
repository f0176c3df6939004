/**
 * What happened, what it means, what helps, and a code to tell support. The same card serves embeds that failed and
 * pages that refuse. No client module of its own, so a page can draw it on the server.
 */
import { CircleX, Clock, Cookie, ExternalLink, Lock, type LucideIcon, RotateCw, Unplug, WifiOff } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { InspectButton } from "@/components/inspector/inspect-button";
import { buttonClass } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { CopyCode } from "@/components/ui/copy-code";
import type { ProblemCode } from "@/lib/problem/codes";
import type { Remedy } from "@/lib/problem/text";
import type { EmbedProblem } from "@/lib/vendors/embed-host";
import { failureText, retriesAfter } from "./embed-state";
import { RequestAccess } from "./request-access";
import { RetryNotice } from "./retry-notice";

const looks: Partial<Record<ProblemCode, { Icon: LucideIcon; tone: "bad" | "warn" | "quiet" }>> = {
  unauthenticated: { Icon: Clock, tone: "quiet" },
  item_forbidden: { Icon: Lock, tone: "quiet" },
  account_forbidden: { Icon: Lock, tone: "quiet" },
  user_disabled: { Icon: Lock, tone: "quiet" },
  account_unmapped: { Icon: Unplug, tone: "quiet" },
  credential_missing: { Icon: Unplug, tone: "quiet" },
  cookies_blocked: { Icon: Cookie, tone: "warn" },
  offline: { Icon: WifiOff, tone: "warn" },
  vendor_unreachable: { Icon: WifiOff, tone: "bad" },
};

const tones = { bad: "bg-bad-soft text-bad", warn: "bg-warn-soft text-warn", quiet: "bg-hover text-ink-2" } as const;

interface CardProps {
  readonly problem: EmbedProblem;
  readonly vendorName: string;
  /** The page's path, to come back to after signing in or linking. */
  readonly here: string;
  readonly onRetry?: () => void;
  /** Opens the product in its own tab. */
  readonly openAddress?: string;
  /** Whether the user may see how this opened. */
  readonly inspectable?: boolean;
}

type ErrorTextProps = Pick<CardProps, "problem" | "vendorName"> & { readonly Heading?: "h1" | "h2" };

/** Title and meaning; the caller puts it into an assertive live region. */
export function ErrorText({ problem, vendorName, Heading = "h2" }: ErrorTextProps) {
  const { title, detail, remedies } = failureText(problem, vendorName);
  const { Icon, tone } = looks[problem.code] ?? { Icon: CircleX, tone: "bad" };
  const wait = retriesAfter(problem);
  return (
    <>
      <div className="flex items-center gap-3">
        <span className={cn("inline-flex size-7 shrink-0 items-center justify-center rounded-xs", tones[tone])}>
          <Icon aria-hidden="true" className="size-4" />
        </span>
        <Heading className="text-md">{title}</Heading>
      </div>
      <p className="mt-3 text-base text-ink-2">
        {detail}
        {wait !== null && remedies.includes("retry") && <RetryNotice seconds={wait} />}
      </p>
    </>
  );
}

/** The buttons that help, best first, and the support code. */
export function ErrorHelp({ problem, vendorName, here, onRetry, openAddress, inspectable }: CardProps) {
  const { remedies } = failureText(problem, vendorName);
  const from = encodeURIComponent(here);
  // Whoever has a session would be sent straight back.
  const again = problem.code === "unauthenticated" ? "" : "&again=1";
  const help: Record<Remedy, ((className: string) => ReactNode) | null> = {
    retry: onRetry
      ? (className) => (
          <button type="button" onClick={onRetry} className={className}>
            <RotateCw aria-hidden="true" className="size-4" />
            Try again
          </button>
        )
      : null,
    // A full page load: the session must be read again.
    "sign-in": (className) => (
      <a href={`/signin?from=${from}${again}`} className={className}>
        {problem.code === "user_disabled" ? "Use another account" : "Sign in"}
      </a>
    ),
    connect: (className) => (
      <Link href={`/account/connections?from=${from}`} prefetch={false} className={className}>
        Connect account
      </Link>
    ),
    "open-tab": openAddress
      ? (className) => (
          <a href={openAddress} target="_blank" rel="noreferrer" className={className}>
            <ExternalLink aria-hidden="true" className="size-4" />
            Open in a new tab
          </a>
        )
      : null,
    // For items alone: admin pages are not given out on request.
    "request-access": /^\/(?!admin(\/|$))[a-z0-9-]+\/[a-z0-9-]+$/.test(here)
      ? (className) => <RequestAccess page={here} className={className} />
      : null,
    home:
      here === "/"
        ? null
        : (className) => (
            <Link href="/" prefetch={false} className={className}>
              Back to Home
            </Link>
          ),
    // Words, not a button: the support code below is what to tell.
    "tell-admin": null,
  };
  const offered = remedies.filter((remedy) => help[remedy]);
  // No one is left without a way on.
  const shown = offered.length > 0 ? offered : (["home"] as const).filter((remedy) => help[remedy]);
  return (
    <>
      <div className="mt-4 flex flex-wrap gap-2">
        {shown.map((remedy, index) => (
          <span key={remedy}>{help[remedy]?.(buttonClass({ look: index === 0 ? "solid" : "line" }))}</span>
        ))}
        {inspectable && <InspectButton request={problem.requestId} />}
      </div>
      <CopyCode code={[problem.code, problem.requestId].filter(Boolean).join(" · ")} />
    </>
  );
}

/** Centres a card in the frame, at most 26 rem wide. */
export function CardLayout({ children }: { children: ReactNode }) {
  return <div className="m-auto w-full max-w-116 p-6">{children}</div>;
}
