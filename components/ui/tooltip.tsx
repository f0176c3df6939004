"use client";
/**
 * Tooltips on hover and focus for every element with `data-tip`. They repeat what the element's label already tells
 * assistive technology, so the tooltip itself is hidden from it. Its UI loads with the first tooltip.
 */
import { type ComponentType, useEffect, useState } from "react";
import type { Tip, TooltipPopupProps } from "./tooltip-popup";

const delayMs = 250;

const tipped = (target: EventTarget | null) =>
  target instanceof Element ? target.closest<HTMLElement>("[data-tip]") : null;

/** Once per page, near the end of the body. */
export function Tooltips() {
  const [tip, setTip] = useState<Tip | null>(null);
  const [Popup, setPopup] = useState<ComponentType<TooltipPopupProps> | null>(null);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = (anchor: HTMLElement, wait: number) => {
      const words = anchor.dataset.tip;
      clearTimeout(timer);
      if (!words) return;
      const loaded = import("./tooltip-popup");
      timer = setTimeout(async () => {
        const { TooltipPopup } = await loaded;
        setPopup(() => TooltipPopup);
        if (anchor.isConnected) setTip({ anchor, words });
      }, wait);
    };
    const hide = () => {
      clearTimeout(timer);
      setTip(null);
    };
    const over = (event: PointerEvent) => {
      const anchor = event.pointerType === "touch" ? null : tipped(event.target);
      if (anchor) show(anchor, delayMs);
    };
    const out = (event: PointerEvent) => {
      const anchor = tipped(event.target);
      if (anchor && !anchor.contains(event.relatedTarget as Node | null)) hide();
    };
    const focus = (event: FocusEvent) => {
      const anchor = tipped(event.target);
      if (anchor?.matches(":focus-visible")) show(anchor, 0);
    };
    const key = (event: KeyboardEvent) => {
      if (event.key === "Escape") hide();
    };
    const events = new AbortController();
    const { signal } = events;
    document.addEventListener("pointerover", over, { signal });
    document.addEventListener("pointerout", out, { signal });
    document.addEventListener("pointerdown", hide, { signal });
    document.addEventListener("focusin", focus, { signal });
    document.addEventListener("focusout", hide, { signal });
    document.addEventListener("keydown", key, { signal });
    return () => {
      clearTimeout(timer);
      events.abort();
    };
  }, []);

  return Popup && tip ? <Popup tip={tip} /> : null;
}
