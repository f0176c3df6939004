import type { Metadata } from "next";
import { adminRefusal } from "@/components/admin/admin-only";
import { HealthView } from "@/components/admin/health-view";

export const metadata: Metadata = { title: "Health" };

/** How the portal and its vendors stand, what is to mend, and what waits for a vendor. */
export default async function HealthPage() {
  return (await adminRefusal("/admin/health")) ?? <HealthView />;
}
