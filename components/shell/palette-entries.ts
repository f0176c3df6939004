"use client";
/** The palette's entries: items and actions. */
import { ExternalLink, House, Keyboard, Link2, LogOut, Pin, PinOff, ScrollText, ShieldCheck } from "lucide-react";
import { usePathname, useRouter } from "next/navigation";
import { type ComponentType, useMemo } from "react";
import { setTheme, useTheme } from "@/components/ui/theme";
import { copyLink } from "./copy-link";
import { isDiscussKeyOn, switchDiscussKey } from "./discuss";
import { HalfDisc } from "./half-disc";
import { useMemory } from "./memory";
import { signOutEverywhere } from "./menus";
import { findItems, matches, termsOf } from "./palette-search";
import { pin } from "./pin";
import type { ItemView, PortalView } from "./portal-view";

export interface PaletteProps {
  readonly view: PortalView;
  readonly signOut: () => Promise<void>;
  readonly onClose: () => void;
}

export interface PaletteEntry {
  readonly id: string;
  readonly label: string;
  readonly item?: ItemView;
  readonly Icon?: ComponentType<{ className?: string }>;
  readonly run: () => void;
}

export interface PaletteGroup {
  readonly heading: string;
  readonly entries: readonly PaletteEntry[];
}

const adminEntries = [
  { href: "/admin/health", label: "Go to Admin: Health", Icon: ShieldCheck },
  { href: "/admin/audit", label: "Go to Admin: Audit", Icon: ScrollText },
] as const;

export function usePaletteGroups({ view, signOut, onClose }: PaletteProps, query: string) {
  const router = useRouter();
  const path = usePathname();
  const words = termsOf(query);
  const memory = useMemory(view.user.id);
  const theme = useTheme();
  const found = useMemo(() => findItems(view, memory, query), [view, memory, query]);
  const go = (href: string) => () => {
    onClose();
    router.push(href);
  };
  const open = (item: ItemView): PaletteEntry => ({ id: item.href, label: item.title, item, run: go(item.href) });
  const best = words.length > 0 ? (found.recent[0] ?? found.items[0]) : undefined;
  // The actions apply to the best match, else to the item on screen.
  const first = best ?? view.items.find(({ href }) => href === path);
  const pinned = first && memory.pins.includes(first.href);
  const about: PaletteEntry[] = first
    ? [
        {
          id: "open-tab",
          label: `Open ${first.title} in a new tab`,
          Icon: ExternalLink,
          run: () => {
            onClose();
            window.open(first.tabHref, "_blank", "noreferrer");
          },
        },
        {
          id: "copy-link",
          label: `Copy link to ${first.title}`,
          Icon: Link2,
          run: () => {
            onClose();
            copyLink(first.href);
          },
        },
        {
          id: "pin",
          label: `${pinned ? "Unpin" : "Pin"} ${first.title}`,
          Icon: pinned ? PinOff : Pin,
          run: () => {
            onClose();
            pin(view.user.id, first);
          },
        },
      ]
    : [];
  const always: PaletteEntry[] = [
    { id: "home", label: "Go to Home", Icon: House, run: go("/") },
    { id: "connections", label: "Go to Connections", Icon: Link2, run: go("/account/connections") },
    ...(view.admin ? adminEntries.map(({ href, ...entry }) => ({ ...entry, id: href, run: go(href) })) : []),
    {
      id: "theme",
      label: theme === "dark" ? "Use the light theme" : "Use the dark theme",
      Icon: HalfDisc,
      run: () => {
        onClose();
        setTheme(theme === "dark" ? "light" : "dark");
      },
    },
    ...(view.discuss
      ? [
          {
            id: "discuss-key",
            label: isDiscussKeyOn() ? "Turn off the shortcut D" : "Turn on the shortcut D",
            Icon: Keyboard,
            run: () => {
              onClose();
              switchDiscussKey(!isDiscussKeyOn());
            },
          },
        ]
      : []),
    {
      id: "sign-out",
      label: "Sign out",
      Icon: LogOut,
      run: () => {
        onClose();
        signOutEverywhere(signOut);
      },
    },
  ];
  const fits = ({ label }: PaletteEntry) => matches(label, query);
  const groups: PaletteGroup[] = [
    { heading: "Recent", entries: found.recent.map(open) },
    { heading: "Items", entries: found.items.map(open) },
    {
      heading: "Actions",
      entries: [...(best ? about : about.filter(fits)), ...always.filter(fits)],
    },
  ];
  return groups.filter(({ entries }) => entries.length > 0);
}
