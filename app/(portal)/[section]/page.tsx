import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { EmbedPage } from "@/components/embed/embed-page";
import { SectionItems } from "@/components/items/section-items";
import { DisabledNotice } from "@/components/shell/notices";
import { portalView } from "@/components/shell/view";
import { requireUser } from "@/lib/auth/session";
import { vendorByRoute } from "@/lib/vendors/configured";

type Props = PageProps<"/[section]">;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: vendorByRoute((await params).section)?.vendor.section ?? "Page not found" };
}

/** A vendor's own page, e.g. `/dashboards`: its items, or for a frame that is kept alive (`/chat`) the product itself. */
export default async function SectionPage({ params }: Props) {
  const configured = vendorByRoute((await params).section);
  if (!configured) notFound();
  const { vendor } = configured;
  const view = await portalView(await requireUser(vendor.route));
  if (view.disabled) return <DisabledNotice />;
  const items = view.items.filter((item) => item.vendor === vendor.id);
  if (vendor.keepAlive && items.length > 0) return <EmbedPage vendorId={vendor.id} />;
  return <SectionItems view={view} vendorId={vendor.id} items={items} />;
}
