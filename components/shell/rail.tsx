"use client";
/** The navigation: a rail on the left, a bar at the bottom of small screens. */
import { House, PanelLeft, ShieldCheck } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { type ComponentType, useState } from "react";
import { lookOf } from "@/components/items/look";
import { cn } from "@/components/ui/cn";
import { railCollapsed, railCookie, rememberPreference } from "@/lib/http/preferences";
import { useUnread } from "@/lib/live/live";
import { Logo } from "./logo";
import { useMemory } from "./memory";
import type { PortalView } from "./portal-view";

/** Whether a path is a page of the section. */
const isIn = (path: string, route: string) => path === route || path.startsWith(`${route}/`);

interface RailProps {
  readonly view: PortalView;
  readonly startsCollapsed: boolean;
  readonly inert?: boolean;
}

export function Rail({ view, startsCollapsed, inert }: RailProps) {
  const path = usePathname();
  const [collapsed, setCollapsed] = useState(startsCollapsed);
  const { visits } = useMemory(view.user.id);
  const toggle = () => {
    setCollapsed(!collapsed);
    rememberPreference(railCookie, collapsed ? null : railCollapsed);
  };
  return (
    <nav
      aria-label="Main"
      inert={inert}
      data-tip-side="right"
      className={cn(
        "flex min-h-0 shrink-0 flex-col bg-canvas",
        "max-sm:order-last max-sm:border-t max-sm:border-line max-sm:pb-[env(safe-area-inset-bottom)]",
        collapsed ? "sm:w-(--rail-collapsed)" : "sm:w-(--rail)",
      )}
    >
      <span className="mx-auto flex size-12 items-center justify-center text-ink max-sm:hidden">
        <Logo className="size-5" />
      </span>
      <ul className="flex grow gap-1 px-1.5 max-sm:h-(--bottombar) max-sm:justify-around max-sm:px-1 max-sm:py-1 sm:flex-col">
        <RailLink label="Home" href="/" current={path === "/"} collapsed={collapsed} Icon={House} />
        {view.sections.map((section) => (
          <SectionLink
            key={section.id}
            vendor={section.id}
            label={section.section}
            // Return to the last item, so that a kept-alive frame shows at once.
            href={visits.find((visit) => isIn(visit.href, section.route))?.href ?? section.route}
            route={section.route}
            kind={section.kind}
            current={isIn(path, section.route)}
            collapsed={collapsed}
          />
        ))}
        {view.admin && (
          // On small screens the account menu links to it.
          <RailLink
            label="Admin"
            href="/admin/health"
            current={isIn(path, "/admin")}
            collapsed={collapsed}
            Icon={ShieldCheck}
            className="mt-auto max-sm:hidden"
          />
        )}
      </ul>
      <button
        type="button"
        onClick={toggle}
        aria-expanded={!collapsed}
        aria-label={collapsed ? "Show labels" : "Hide labels"}
        data-tip={collapsed ? "Show labels" : "Hide labels"}
        className="mx-auto mt-1 mb-2 inline-flex size-9 items-center justify-center rounded-sm text-ink-2 hover:bg-active max-sm:hidden"
      >
        <PanelLeft aria-hidden="true" className="size-4" strokeWidth={1.75} />
      </button>
    </nav>
  );
}

interface SectionLinkProps {
  readonly vendor: string;
  readonly label: string;
  readonly href: string;
  readonly route: string;
  readonly kind: string;
  readonly current: boolean;
  readonly collapsed: boolean;
}

function SectionLink({ vendor, kind, href, route, ...rest }: SectionLinkProps) {
  const unread = useUnread(vendor);
  return <RailLink {...rest} href={rest.current ? route : href} Icon={lookOf(kind).Icon} unread={unread} />;
}

interface RailLinkProps {
  readonly label: string;
  readonly href: string;
  readonly current: boolean;
  readonly collapsed: boolean;
  readonly Icon: ComponentType<{ className?: string; strokeWidth?: number }>;
  readonly unread?: number;
  readonly className?: string;
}

function RailLink({ label, href, current, collapsed, Icon, unread = 0, className }: RailLinkProps) {
  return (
    <li className={cn("max-sm:flex-1", className)}>
      <Link
        href={href}
        prefetch={false}
        aria-current={current ? "page" : undefined}
        aria-label={unread > 0 ? `${label}, ${unread} unread` : undefined}
        data-tip={collapsed ? label : undefined}
        className={cn(
          "relative flex flex-col items-center justify-center gap-1 rounded-md border text-2xs font-medium no-underline",
          "max-sm:h-full sm:h-13",
          collapsed && "sm:h-10",
          current
            ? "border-transparent text-accent sm:border-line sm:bg-surface sm:text-ink sm:[&_svg]:text-accent"
            : "border-transparent text-ink-2 hover:bg-active",
        )}
      >
        <span className="relative">
          <Icon aria-hidden="true" className="size-4.5" strokeWidth={1.75} />
          {unread > 0 && <UnreadBadge count={unread} />}
        </span>
        <span className={cn(collapsed && "sm:sr-only")}>{label}</span>
      </Link>
    </li>
  );
}

function UnreadBadge({ count }: { count: number }) {
  return (
    <span className="absolute -top-1.5 left-3 flex h-4 min-w-4 items-center justify-center rounded-full bg-accent px-1 text-3xs font-semibold text-on-accent tabular-nums">
      {count > 99 ? "99+" : count}
    </span>
  );
}
