"use client";
/** Contents of the top bar's menus. Loaded when the first menu opens. */
import {
  ExternalLink,
  House,
  Link2,
  LogOut,
  MessageSquare,
  Pin,
  PinOff,
  Search,
  Share,
  ShieldCheck,
} from "lucide-react";
import { startTransition } from "react";
import { Preview } from "@/components/items/preview";
import { MenuAction, MenuChoice, MenuChoices, MenuLink, MenuSeparator } from "@/components/ui/menu-popup";
import { notifySignOut, usePresence } from "@/lib/live/live";
import { copyLink } from "./copy-link";
import { discussPanel } from "./discuss";
import { HalfDisc } from "./half-disc";
import { useMemory } from "./memory";
import { pin } from "./pin";
import type { ItemView, PortalView } from "./portal-view";
import { tellSignedOut } from "./session-watch";
import { Shortcut } from "./shortcut";
import { useSidePanel } from "./side-panel";
import { ThemeChoices } from "./theme-choices";

const icon = "size-4 shrink-0 text-ink-2";

interface AccountMenuProps {
  readonly view: PortalView;
  readonly signOut: () => Promise<void>;
  readonly onSearch: () => void;
}

export function AccountMenu({ view, signOut, onSearch }: AccountMenuProps) {
  return (
    <>
      <div className="px-2.5 py-1.5">
        <p className="font-medium">{view.user.name}</p>
        {view.user.email && <p className="text-xs break-all text-ink-3">{view.user.email}</p>}
      </div>
      <MenuSeparator />
      <MenuLink href="/account/connections">
        <Link2 aria-hidden="true" className={icon} />
        Connections
      </MenuLink>
      {view.admin && (
        <MenuLink href="/admin/health">
          <ShieldCheck aria-hidden="true" className={icon} />
          Admin
        </MenuLink>
      )}
      <MenuAction onClick={onSearch}>
        <Search aria-hidden="true" className={icon} />
        Search or jump to
        <span className="ml-auto">
          <Shortcut />
        </span>
      </MenuAction>
      <MenuSeparator />
      <PresenceChoices />
      <p className="flex items-center gap-3 px-2.5 py-1.5 text-xs text-ink-3">
        <HalfDisc className={icon} />
        Theme
      </p>
      <ThemeChoices />
      <MenuSeparator />
      <MenuAction onClick={() => signOutEverywhere(signOut)}>
        <LogOut aria-hidden="true" className={icon} />
        Sign out
      </MenuAction>
    </>
  );
}

/** The user's presence, while a product that supports it is open. */
function PresenceChoices() {
  const presence = usePresence();
  if (!presence) return null;
  return (
    <>
      <p className="px-2.5 py-1.5 text-xs text-ink-3">Others see you as</p>
      <MenuChoices
        aria-label="Others see you as"
        value={presence.now ?? ""}
        onValueChange={(value: unknown) => presence.set(String(value))}
      >
        {presence.choices.map((choice) => (
          <MenuChoice key={choice} value={choice}>
            <span className="inline-block first-letter:uppercase">{choice}</span>
          </MenuChoice>
        ))}
      </MenuChoices>
      <MenuSeparator />
    </>
  );
}

/** Ends the session. Other tabs remove their products at once, this one when it leaves the page. */
export function signOutEverywhere(signOut: () => Promise<void>): void {
  notifySignOut();
  tellSignedOut();
  startTransition(signOut);
}

interface ItemActionsMenuProps {
  readonly view: PortalView;
  readonly item: ItemView;
  readonly discusses: boolean;
  readonly onShare: () => void;
}

/** What the top bar has for an item on a wide window. */
export function ItemActionsMenu({ view, item, discusses, onShare }: ItemActionsMenuProps) {
  const { show } = useSidePanel();
  const pinned = useMemory(view.user.id).pins.includes(item.href);
  return (
    <>
      {discusses && (
        <MenuAction onClick={() => show(discussPanel)}>
          <MessageSquare aria-hidden="true" className={icon} />
          Discuss
        </MenuAction>
      )}
      {view.share ? (
        <MenuAction onClick={onShare}>
          <Share aria-hidden="true" className={icon} />
          Share
        </MenuAction>
      ) : (
        <MenuAction onClick={() => copyLink(item.href)}>
          <Link2 aria-hidden="true" className={icon} />
          Copy link
        </MenuAction>
      )}
      <MenuSeparator />
      <MenuAction onClick={() => pin(view.user.id, item)}>
        {pinned ? <PinOff aria-hidden="true" className={icon} /> : <Pin aria-hidden="true" className={icon} />}
        {pinned ? "Unpin from Home" : "Pin to Home"}
      </MenuAction>
      <MenuAction onClick={() => void window.open(item.tabHref, "_blank", "noreferrer")}>
        <ExternalLink aria-hidden="true" className={icon} />
        Open in a new tab
      </MenuAction>
    </>
  );
}

export function ItemMenu({ items, current }: { items: readonly ItemView[]; current: string }) {
  return (
    <>
      {items.map(({ href, vendor, kind, drawing, title, description }) => (
        <MenuLink key={href} href={href} current={href === current}>
          <Preview
            vendor={vendor}
            kind={kind}
            drawing={drawing}
            className="h-8 w-12 shrink-0 rounded-xs border border-line"
          />
          <span className="min-w-0">
            <span className="block truncate font-medium">{title}</span>
            <span className="block truncate text-xs text-ink-3">{description}</span>
          </span>
        </MenuLink>
      ))}
      <MenuSeparator />
      <MenuLink href="/">
        <House aria-hidden="true" className={icon} />
        All items on Home
      </MenuLink>
    </>
  );
}
