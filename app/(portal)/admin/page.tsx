import { redirect } from "next/navigation";
import { adminRefusal } from "@/components/admin/admin-only";

/** Leads on to the first of the admin pages. */
export default async function AdminPage() {
  const refusal = await adminRefusal("/admin");
  return refusal ?? redirect("/admin/health");
}
