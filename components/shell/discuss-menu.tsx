"use client";
import { Hash } from "lucide-react";
import { MenuChoice, MenuChoices } from "@/components/ui/menu-popup";
import type { ItemView } from "./portal-view";

interface RoomMenuProps {
  readonly rooms: readonly ItemView[];
  readonly current: string;
  readonly onChoose: (room: ItemView) => void;
}

/** The rooms of the portal that the user may open. */
export function RoomMenu({ rooms, current, onChoose }: RoomMenuProps) {
  return (
    <MenuChoices
      aria-label="Room"
      value={current}
      onValueChange={(href: unknown) => {
        const room = rooms.find((one) => one.href === href);
        if (room) onChoose(room);
      }}
    >
      {rooms.map(({ href, title, description }) => (
        <MenuChoice key={href} value={href}>
          <Hash aria-hidden="true" className="size-4 shrink-0 text-ink-3" />
          <span className="min-w-0">
            <span className="block truncate font-medium">{title.replace(/^#\s*/, "")}</span>
            <span className="block truncate text-xs text-ink-3">{description}</span>
          </span>
        </MenuChoice>
      ))}
    </MenuChoices>
  );
}
