import type { Metadata } from "next";
import { adminRefusal } from "@/components/admin/admin-only";
import { AuditView } from "@/components/admin/audit-view";

export const metadata: Metadata = { title: "Audit" };

/** Who asked for what, and what the portal answered. The filter and the chosen event are in the address. */
export default async function AuditPage({ searchParams }: PageProps<"/admin/audit">) {
  return (await adminRefusal("/admin/audit")) ?? <AuditView query={await searchParams} />;
}
