import type { Metadata } from "next";
import { adminRefusal } from "@/components/admin/admin-only";
import { HealthView } from "@/components/admin/health-view";

export const metadata: Metadata = { title: "Health" };

/** Status of the portal and its vendors, what to fix, and revocations that a vendor has not confirmed. */
export default async function HealthPage() {
  return (await adminRefusal("/admin/health")) ?? <HealthView />;
}
