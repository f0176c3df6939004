"use client";
/** The menu itself and its entries, on Base UI. Import it lazily. */
import { Menu } from "@base-ui/react/menu";
import { Check } from "lucide-react";
import Link from "next/link";
import { type ComponentProps, type ReactNode, type RefObject, useEffect, useRef } from "react";
import { cn } from "./cn";

interface MenuPopupProps {
  readonly id: string;
  readonly anchor: RefObject<HTMLElement | null>;
  readonly align: "start" | "end";
  readonly className?: string;
  /** Opened by keyboard: the first entry gets the focus. */
  readonly focusFirst: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

export function MenuPopup({ id, anchor, align, className, focusFirst, onClose, children }: MenuPopupProps) {
  const first = useRef(focusFirst);
  useVisibleFocusGuards(anchor);
  return (
    <Menu.Root open onOpenChange={(open) => !open && onClose()} modal={false}>
      {/* Next to its button, so that it belongs to the same landmark. */}
      <Menu.Portal container={anchor.current?.parentElement}>
        <Menu.Positioner
          anchor={anchor}
          align={align}
          sideOffset={6}
          collisionPadding={8}
          className="z-40 outline-none"
        >
          <Menu.Popup
            id={id}
            finalFocus={anchor}
            onFocus={({ target, currentTarget }) => {
              if (target !== currentTarget || !first.current) return;
              first.current = false;
              currentTarget.querySelector<HTMLElement>("[role^=menuitem]")?.focus();
            }}
            className={cn(
              "max-h-(--available-height) max-w-(--available-width) min-w-56 overflow-y-auto rounded-md border border-line-strong bg-raised p-1 text-sm text-ink shadow-md outline-none",
              className,
            )}
          >
            {children}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

/**
 * Base UI puts focusable guards around a menu and hides them from assistive technology, which WCAG 4.1.2 does not allow
 * (axe: aria-hidden-focus). They pass the focus on at once, so they need not be hidden.
 */
function useVisibleFocusGuards(anchor: RefObject<HTMLElement | null>) {
  useEffect(() => {
    const parent = anchor.current?.parentElement;
    if (!parent) return;
    const unhide = () => {
      for (const guard of parent.querySelectorAll("[data-base-ui-focus-guard][aria-hidden]"))
        guard.removeAttribute("aria-hidden");
    };
    const observer = new MutationObserver(unhide);
    observer.observe(parent, { childList: true, subtree: true, attributes: true, attributeFilter: ["aria-hidden"] });
    unhide();
    return () => observer.disconnect();
  }, [anchor]);
}

const entry =
  "flex min-h-8 w-full items-center gap-3 rounded-sm px-2.5 py-1.5 text-left text-sm text-ink no-underline outline-none select-none " +
  "data-highlighted:bg-hover max-sm:min-h-11";

export function MenuAction({ className, ...rest }: ComponentProps<"div"> & { onClick?: () => void }) {
  return <Menu.Item {...rest} className={cn(entry, className)} />;
}

interface MenuLinkProps {
  readonly href: string;
  readonly current?: boolean;
  readonly children: ReactNode;
}

/** An entry that links to a page of the portal. Not prefetched: some of these pages create grants. */
export function MenuLink({ href, current, children }: MenuLinkProps) {
  return (
    <Menu.LinkItem
      closeOnClick
      className={cn(entry, current && "bg-hover")}
      render={<Link href={href} prefetch={false} aria-current={current ? "page" : undefined} />}
    >
      {children}
    </Menu.LinkItem>
  );
}

export const MenuChoices = Menu.RadioGroup;

export function MenuChoice({ value, children }: { value: string; children: ReactNode }) {
  return (
    <Menu.RadioItem closeOnClick value={value} className={entry}>
      {children}
      <Menu.RadioItemIndicator className="ml-auto text-accent">
        <Check aria-hidden="true" className="size-4" />
      </Menu.RadioItemIndicator>
    </Menu.RadioItem>
  );
}

export function MenuSeparator() {
  return <Menu.Separator className="-mx-1 my-1 border-t border-line" />;
}
