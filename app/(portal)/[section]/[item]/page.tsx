import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { EmbedPage } from "@/components/embed/embed-page";
import { getSession } from "@/lib/auth/session";
import { itemFor } from "@/lib/broker/policy";
import { vendorByRoute } from "@/lib/vendors/configured";

type Props = PageProps<"/[section]/[item]">;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { section, item } = await params;
  const vendor = vendorByRoute(section)?.vendor;
  const session = await getSession();
  // The title names an item only when this user may open it.
  const found = vendor && session ? itemFor(session.user, vendor.id, item) : null;
  return { title: found?.title ?? vendor?.section ?? "Page not found" };
}

/** One item in its product, e.g. `/dashboards/sales-performance`. */
export default async function ItemPage({ params }: Props) {
  const { section, item } = await params;
  const configured = vendorByRoute(section);
  if (!configured) notFound();
  return <EmbedPage vendorId={configured.vendor.id} slug={item} />;
}
