import type { Metadata } from "next";
import { VendorAccount } from "@/components/account/vendor-account";
import { VendorIcon } from "@/components/items/vendor-icon";
import { LiveStatusLine } from "@/components/shell/live-status-line";
import { DisabledNotice } from "@/components/shell/notices";
import { portalView } from "@/components/shell/view";
import { requireUser } from "@/lib/auth/session";
import { safeReturnTo } from "@/lib/security/redirect";

export const metadata: Metadata = { title: "Connections" };

/** The user's account at each vendor and the vendor's status. `from`: where to continue once an account is linked. */
export default async function ConnectionsPage({ searchParams }: PageProps<"/account/connections">) {
  const view = await portalView(await requireUser("/account/connections"));
  if (view.disabled) return <DisabledNotice />;
  const { from } = await searchParams;
  return (
    <div className="h-full overflow-y-auto">
      <div className="mx-auto max-w-240 p-4 pb-8 sm:p-8">
        <h1 className="text-lg">Connections</h1>
        <p className="mt-1 text-base text-ink-2">Your account in each product, and its current status.</p>
        {view.sections.map((section) => (
          <section
            key={section.id}
            aria-labelledby={`connection-${section.id}`}
            className="mt-6 grid gap-4 border-t border-line pt-6 md:grid-cols-[17rem_1fr]"
          >
            <div className="flex gap-3">
              <VendorIcon vendor={section.id} kind={section.kind} size="base" />
              <div className="min-w-0">
                <h2 id={`connection-${section.id}`} className="text-base">
                  {section.section}
                </h2>
                <p className="mb-1 text-sm text-ink-3">{section.name}</p>
                <LiveStatusLine section={section} />
              </div>
            </div>
            <VendorAccount section={section} returnTo={from === undefined ? null : safeReturnTo(from)} />
          </section>
        ))}
      </div>
    </div>
  );
}
