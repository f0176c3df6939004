"use client";
/** The tooltip's box, positioned by Base UI. */
import { Tooltip } from "@base-ui/react/tooltip";

export interface Tip {
  readonly anchor: HTMLElement;
  /** The first line is the title. */
  readonly words: string;
}

export interface TooltipPopupProps {
  readonly tip: Tip;
}

export function TooltipPopup({ tip }: TooltipPopupProps) {
  const [title, ...rest] = tip.words.split("\n");
  return (
    <Tooltip.Root open>
      <Tooltip.Portal>
        <Tooltip.Positioner
          anchor={tip.anchor}
          side={tip.anchor.closest("[data-tip-side='right']") ? "right" : "bottom"}
          sideOffset={6}
          collisionPadding={8}
          className="pointer-events-none z-50"
        >
          <Tooltip.Popup
            aria-hidden="true"
            className="max-w-64 rounded-sm border border-line-strong bg-raised px-2.5 py-1.5 text-xs text-ink shadow-md"
          >
            <span className="block font-medium">{title}</span>
            {rest.length > 0 && <span className="block text-ink-2">{rest.join(" ")}</span>}
          </Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
