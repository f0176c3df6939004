/**
 * The page of one item: decides whether this user may see it, starts the grant without awaiting it, and renders the
 * frame. The grant is streamed into the page, so the browser makes no further request for it.
 */
import { dehydrate } from "@tanstack/react-query";
import { headers } from "next/headers";
import { lookOf } from "@/components/items/look";
import { makeQueryClient } from "@/components/query-client";
import { DisabledNotice, ProblemNotice } from "@/components/shell/notices";
import { requireUser } from "@/lib/auth/session";
import { streamedGrantFor } from "@/lib/grants/grant";
import { grantKey } from "@/lib/grants/grant-query";
import { authorizeItem } from "@/lib/http/authorize";
import { requestIdOf } from "@/lib/http/request-id";
import { hop, noRecording, note, startRecording } from "@/lib/trace/trace";
import { configuredVendor } from "@/lib/vendors/configured";
import { EmbedFrame } from "./embed-frame";
import { EmbedQueries } from "./embed-queries";
import { framePropsOf } from "./frame-props";
import { KeptAliveSlot } from "./kept-alive";
import { ProgressBar, Skeleton } from "./skeleton";

interface EmbedPageProps {
  readonly vendorId: string;
  /** Without a slug: the kept-alive frame where it is, or the vendor's first item. */
  readonly slug?: string;
}

export async function EmbedPage({ vendorId, slug }: EmbedPageProps) {
  const configured = configuredVendor(vendorId);
  const { vendor } = configured ?? {};
  const href = vendor ? [vendor.route, slug].filter(Boolean).join("/") : "/";
  const asked = await headers();
  const requestId = requestIdOf(asked);
  // A link that is only looked at must not mint.
  const isLookedAt = asked.get("x-portal-prefetch") === "1";
  const about = { root: "open", method: "GET", path: href, kind: "open", vendor: vendorId, item: slug } as const;
  const opening = isLookedAt ? noRecording : startRecording({ ...about, requestId });
  const session = await opening.run(() => hop("page-guard", () => requireUser(href), { rule: "a portal session" }));
  opening.run(() => note({ session }));
  if (!configured || !vendor) return <ProblemNotice problem={{ code: "vendor_unconfigured", requestId }} here={href} />;
  const admitted = await opening.run(() => authorizeItem(session, vendorId, slug, requestId));
  if (typeof admitted === "string") {
    opening.run(() => note({ code: admitted }));
    opening.end();
  }
  if (admitted === "user_disabled") return <DisabledNotice />;
  if (typeof admitted === "string")
    return <ProblemNotice problem={{ code: admitted, requestId }} vendorName={vendor.name} here={href} />;

  const { item } = admitted;
  const frame = framePropsOf(configured, item, session, href, asked);
  const queries = makeQueryClient();
  if (!isLookedAt) {
    opening.run(() => note({ item: item.slug }));
    const grantItem = frame.vendor.oneGrant ? undefined : item.slug;
    const order = { session, vendorId, slug: grantItem, requestId, headers: asked };
    // Not awaited: the promise travels with the page.
    const queryFn = () => opening.run(() => streamedGrantFor(order)).finally(opening.end);
    queries.prefetchQuery({ queryKey: grantKey(vendorId, grantItem), queryFn });
  }
  return (
    <EmbedQueries state={dehydrate(queries)}>
      <h1 className="sr-only">{item.title}</h1>
      {vendor.keepAlive || vendor.supportsInFrameNavigation ? (
        <KeptAliveSlot frame={frame} anyItem={slug === undefined}>
          <Skeleton shape={lookOf(item.kind).skeleton} />
          <ProgressBar />
        </KeptAliveSlot>
      ) : (
        <EmbedFrame key={item.slug} {...frame} />
      )}
    </EmbedQueries>
  );
}
