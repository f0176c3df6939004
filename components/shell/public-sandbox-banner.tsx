import { getConfig } from "@/lib/config/config";

/** On every page of a publicly reachable sandbox: nothing in it is private. */
export function PublicSandboxBanner() {
  if (!getConfig().personasForAnyone) return null;
  return (
    <p
      data-public-sandbox=""
      className="flex h-7 items-center justify-center truncate border-b border-bad-line bg-bad-soft px-3 text-xs text-bad"
    >
      Public demonstration: anyone can sign in here, also as an administrator. Enter nothing private.
    </p>
  );
}
