"use client";
/** All items of one vendor, as cards. */
import { useMemory } from "@/components/shell/memory";
import type { ItemView, PortalView } from "@/components/shell/portal-view";
import { StatusLine, useStatuses } from "@/components/shell/status";
import { ItemCard } from "./item-links";
import { isOff, VendorNote } from "./vendor-group";

interface SectionItemsProps {
  readonly view: PortalView;
  readonly vendorId: string;
  readonly items: readonly ItemView[];
}

export function SectionItems({ view, vendorId, items }: SectionItemsProps) {
  const { pins } = useMemory(view.user.id);
  const section = view.sections.find(({ id }) => id === vendorId);
  const status = useStatuses(view.sections).get(vendorId);
  if (!section || !status) return null;
  return (
    <div className="h-full overflow-y-auto">
      <div className="mx-auto max-w-[calc(var(--page)+4rem)] p-4 pb-8 sm:p-8">
        <h1 className="text-lg">
          {section.section} <span className="text-base font-normal tracking-normal text-ink-3">{section.name}</span>
        </h1>
        <StatusLine status={status} className="mt-1" />
        <VendorNote
          section={section}
          status={status}
          items={items}
          className="mt-4 rounded-lg border border-line bg-sunken p-3 sm:px-4"
        />
        {items.length > 0 ? (
          <ul className="mt-6 grid grid-cols-1 gap-5 sm:grid-cols-2 xl:grid-cols-3">
            {items.map((item) => (
              <li key={item.href}>
                <ItemCard
                  Heading="h2"
                  item={item}
                  userId={view.user.id}
                  pinned={pins.includes(item.href)}
                  off={isOff(status)}
                />
              </li>
            ))}
          </ul>
        ) : (
          <p className="mt-6 rounded-lg border border-line bg-sunken p-4 text-base text-ink-2">
            Nothing in {section.section} is shared with you yet. Ask the owner of an item, or your administrator.
          </p>
        )}
      </div>
    </div>
  );
}
