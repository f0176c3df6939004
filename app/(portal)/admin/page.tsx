import { redirect } from "next/navigation";
import { adminRefusal } from "@/components/admin/admin-only";

/** Redirects to the first admin page. */
export default async function AdminPage() {
  const refusal = await adminRefusal("/admin");
  return refusal ?? redirect("/admin/health");
}
