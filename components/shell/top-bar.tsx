"use client";
/** Breadcrumb, page actions, search, vendor status, theme and account. */
import {
  ArrowLeft,
  ChevronDown,
  ChevronsUpDown,
  Ellipsis,
  ExternalLink,
  Link2,
  MessageSquare,
  Pin,
  Search,
  Share,
} from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { type ComponentType, lazy } from "react";
import { InspectToggle } from "@/components/inspector/inspect-button";
import { lookOf } from "@/components/items/look";
import { SandboxButton } from "@/components/sandbox/sandbox-button";
import { Avatar } from "@/components/ui/avatar";
import { cn } from "@/components/ui/cn";
import { useInBrowser } from "@/components/ui/local-time";
import { MenuButton } from "@/components/ui/menu";
import { copyLink } from "./copy-link";
import { discussPanel } from "./discuss";
import { InboxButton } from "./inbox";
import { locationOf } from "./location";
import { Logo } from "./logo";
import { useMemory } from "./memory";
import { pin } from "./pin";
import type { ItemView, PortalView } from "./portal-view";
import { Shortcut } from "./shortcut";
import { useSidePanel } from "./side-panel";
import { StatusDot, statusText, useStatuses } from "./status";
import { ThemeButton } from "./theme-button";

const AccountMenu = lazy(() => import("./menus").then((module) => ({ default: module.AccountMenu })));
const ItemActionsMenu = lazy(() => import("./menus").then((module) => ({ default: module.ItemActionsMenu })));
const ItemMenu = lazy(() => import("./menus").then((module) => ({ default: module.ItemMenu })));

const iconButton =
  "inline-flex size-8 shrink-0 items-center justify-center rounded-sm text-ink-2 hover:bg-active hover:text-ink aria-expanded:bg-active";

interface TopBarProps {
  readonly view: PortalView;
  readonly signOut: () => Promise<void>;
  readonly onSearch: () => void;
  readonly onNearSearch: () => void;
  readonly inert?: boolean;
  /** Whether the item on screen can be discussed. */
  readonly discusses: boolean;
  readonly onShare: () => void;
}

export function TopBar({ view, signOut, onSearch, onNearSearch, inert, discusses, onShare }: TopBarProps) {
  const path = usePathname();
  const here = locationOf(path, view);
  return (
    <header
      inert={inert}
      className="flex h-(--topbar) shrink-0 items-center gap-2 px-3 max-sm:border-b max-sm:border-line sm:pr-2 sm:pl-3"
    >
      <Breadcrumb view={view} path={path} />
      {here.item && <ItemActions view={view} item={here.item} discusses={discusses} onShare={onShare} />}
      {here.item && view.inspector && <InspectToggle className={cn(iconButton, "md:hidden")} />}
      <div className="ml-auto flex items-center gap-1">
        {view.sandbox && <SandboxButton className="mr-2 max-md:hidden" />}
        {here.item && (
          <MenuButton
            className={cn(iconButton, "size-11 md:hidden")}
            aria-label={`More for ${here.item.title}`}
            button={<Ellipsis aria-hidden="true" className="size-4" />}
          >
            <ItemActionsMenu view={view} item={here.item} discusses={discusses} onShare={onShare} />
          </MenuButton>
        )}
        <SearchButton onSearch={onSearch} onNear={onNearSearch} />
        {!view.disabled && <VendorDots view={view} />}
        <InboxButton view={view} />
        <ThemeButton className="max-sm:hidden" />
        <span aria-hidden="true" className="mx-1 h-5 border-l border-line-strong max-sm:hidden" />
        <MenuButton
          className="flex h-9 items-center gap-2 rounded-sm px-1.5 text-sm hover:bg-active aria-expanded:bg-active max-sm:h-11"
          aria-label={`Account of ${view.user.name}`}
          button={
            <>
              <Avatar name={view.user.name} />
              <span className="max-w-40 truncate max-lg:hidden">{view.user.name}</span>
              <ChevronDown aria-hidden="true" className="size-3.5 text-ink-3 max-sm:hidden" />
            </>
          }
        >
          <AccountMenu view={view} signOut={signOut} onSearch={onSearch} />
        </MenuButton>
      </div>
    </header>
  );
}

function Breadcrumb({ view, path }: { view: PortalView; path: string }) {
  const { section, item, title, parent } = locationOf(path, view);
  const siblings = section ? view.items.filter(({ vendor }) => vendor === section.id) : [];
  const back = item && section ? section.route : parent ? "/" : null;
  return (
    <div className="flex min-w-0 items-center gap-0.5 text-sm">
      {back ? (
        <Link href={back} prefetch={false} aria-label="Back" className={cn(iconButton, "size-11 sm:hidden")}>
          <ArrowLeft aria-hidden="true" className="size-4" />
        </Link>
      ) : (
        <Logo className="mx-1.5 size-5 shrink-0 sm:hidden" />
      )}
      {(parent || item) && (
        <>
          {section && item ? (
            <Link
              href={section.route}
              prefetch={false}
              className="flex h-8 items-center rounded-sm px-1.5 text-ink-2 no-underline hover:bg-active hover:text-ink max-sm:hidden"
            >
              {section.section}
            </Link>
          ) : (
            <span className="px-1.5 text-ink-2 max-sm:hidden">{parent}</span>
          )}
          <span aria-hidden="true" className="text-ink-3 max-sm:hidden">
            /
          </span>
        </>
      )}
      {item && siblings.length > 1 ? (
        <MenuButton
          align="start"
          popupClassName="w-88"
          aria-label={`${title}, switch item`}
          className="flex h-8 min-w-0 items-center gap-1.5 rounded-sm px-1.5 font-semibold hover:bg-active aria-expanded:bg-active max-sm:h-11"
          button={
            <>
              <span className="truncate" aria-current="page">
                {title}
              </span>
              <ChevronsUpDown aria-hidden="true" className="size-3.5 shrink-0 text-ink-3" />
            </>
          }
        >
          <ItemMenu items={siblings} current={item.href} />
        </MenuButton>
      ) : (
        <span aria-current="page" className="truncate px-1.5 font-semibold">
          {title}
        </span>
      )}
    </div>
  );
}

interface ItemActionsProps {
  readonly view: PortalView;
  readonly item: ItemView;
  readonly discusses: boolean;
  readonly onShare: () => void;
}

const action =
  "inline-flex h-8 shrink-0 items-center gap-1.5 rounded-sm border border-transparent px-2 text-sm font-medium text-ink-2 hover:bg-active hover:text-ink max-lg:w-8 max-lg:justify-center max-lg:px-0 " +
  "aria-pressed:border-accent-line aria-pressed:bg-accent-soft aria-pressed:text-accent";

function ItemActions({ view, item, discusses, onShare }: ItemActionsProps) {
  const { open, toggle } = useSidePanel();
  const pinned = useMemory(view.user.id).pins.includes(item.href);
  const pinText = pinned ? "Unpin from Home" : "Pin to Home";
  return (
    <div className="flex items-center max-md:hidden">
      <button
        type="button"
        className={cn(iconButton, pinned && "text-accent!")}
        aria-label={pinText}
        data-tip={pinText}
        onClick={() => pin(view.user.id, item)}
      >
        <Pin aria-hidden="true" className={cn("size-4", pinned && "fill-current")} />
      </button>
      {!view.share && (
        <button
          type="button"
          className={iconButton}
          aria-label="Copy link"
          data-tip="Copy link"
          onClick={() => copyLink(item.href)}
        >
          <Link2 aria-hidden="true" className="size-4" />
        </button>
      )}
      <a
        href={item.tabHref}
        target="_blank"
        rel="noreferrer"
        className={iconButton}
        aria-label="Open in a new tab"
        data-tip="Open in a new tab"
      >
        <ExternalLink aria-hidden="true" className="size-4" />
      </a>
      {view.inspector && <InspectToggle className={iconButton} />}
      {(discusses || view.share) && <span aria-hidden="true" className="mx-1.5 h-5 border-l border-line-strong" />}
      {discusses && (
        <button
          type="button"
          className={action}
          aria-pressed={open === discussPanel}
          aria-keyshortcuts="d"
          data-tip="Discuss (D)"
          onClick={() => toggle(discussPanel)}
        >
          <MessageSquare aria-hidden="true" className="size-4" />
          <span className="max-lg:sr-only">Discuss</span>
        </button>
      )}
      {view.share && (
        <button type="button" className={action} aria-haspopup="dialog" data-tip="Share this view" onClick={onShare}>
          <Share aria-hidden="true" className="size-4" />
          <span className="max-lg:sr-only">Share</span>
        </button>
      )}
    </div>
  );
}

function SearchButton({ onSearch, onNear }: { onSearch: () => void; onNear: () => void }) {
  return (
    <button
      type="button"
      onClick={onSearch}
      onPointerEnter={onNear}
      onFocus={onNear}
      aria-label="Search or jump to"
      aria-keyshortcuts="Meta+K Control+K"
      className="flex size-11 items-center justify-center gap-2 rounded-sm text-sm text-ink-3 hover:text-ink sm:h-8 sm:w-auto sm:border sm:border-line-strong sm:bg-surface sm:px-2.5 lg:w-60 lg:justify-start"
    >
      <Search aria-hidden="true" className="size-4 shrink-0" />
      <span aria-hidden="true" className="max-lg:hidden">
        Search or jump to
      </span>
      <span aria-hidden="true" className="ml-auto max-lg:hidden">
        <Shortcut />
      </span>
    </button>
  );
}

/** One dot per vendor; the status as text appears on hover and focus, and the link opens the details. */
function VendorDots({ view }: { view: PortalView }) {
  const statuses = useStatuses(view.sections);
  const inBrowser = useInBrowser();
  return (
    <ul aria-label="Vendors" className="flex items-center max-md:hidden">
      {view.sections.map(({ id, section, kind }) => {
        const status = statuses.get(id);
        if (!status) return null;
        // The time needs the browser's time zone.
        const words = inBrowser ? statusText(status) : statusText({ ...status, since: null });
        const Icon: ComponentType<{ className?: string; strokeWidth?: number }> = lookOf(kind).Icon;
        return (
          <li key={id}>
            <Link
              href="/account/connections"
              prefetch={false}
              aria-label={`${section}: ${words}`}
              data-tip={`${section}\n${words}`}
              data-vendor-status={status.state}
              className={cn(iconButton, "relative size-7")}
            >
              <Icon aria-hidden="true" className="size-4" strokeWidth={1.75} />
              <StatusDot
                state={status.state}
                className="absolute right-0.5 bottom-0.5 ring-2 ring-canvas [&:not(.rotate-45)]:size-1.75"
              />
            </Link>
          </li>
        );
      })}
    </ul>
  );
}
