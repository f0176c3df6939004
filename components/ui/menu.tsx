"use client";
/**
 * A button that opens a menu. The menu's code (Base UI and its positioning) loads when the button is hovered or focused,
 * not with the page.
 */
import { type ComponentProps, lazy, type ReactNode, Suspense, useId, useRef, useState } from "react";

const loadPopup = () => import("./menu-popup");
const MenuPopup = lazy(() => loadPopup().then((module) => ({ default: module.MenuPopup })));

type MenuButtonProps = Omit<ComponentProps<"button">, "children"> & {
  /** The button's content. */
  readonly button: ReactNode;
  /** The menu's entries, from menu-popup.tsx; lazy, so that they load with the menu. */
  readonly children: ReactNode;
  readonly align?: "start" | "end";
  readonly popupClassName?: string;
};

/** Opens on click, Enter, Space and the arrow keys; the focus returns to the button. */
export function MenuButton({ button, children, align = "end", popupClassName, ...rest }: MenuButtonProps) {
  const [open, setOpen] = useState<false | "pointer" | "keyboard">(false);
  const openAtPress = useRef(false);
  const ref = useRef<HTMLButtonElement>(null);
  const id = useId();
  return (
    <>
      <button
        {...rest}
        ref={ref}
        type="button"
        aria-haspopup="menu"
        aria-expanded={open !== false}
        aria-controls={open ? id : undefined}
        onPointerEnter={loadPopup}
        onFocus={loadPopup}
        // A press outside the menu closes it before this click arrives: a click on the button of an open menu means close.
        onPointerDown={() => {
          openAtPress.current = open !== false;
        }}
        onClick={(event) => {
          // A click by Enter or Space has no preceding press.
          const by = event.detail === 0 ? "keyboard" : "pointer";
          setOpen(openAtPress.current ? false : by);
          openAtPress.current = false;
        }}
        onKeyDown={(event) => {
          if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
          event.preventDefault();
          setOpen("keyboard");
        }}
      >
        {button}
      </button>
      {open && (
        <Suspense fallback={null}>
          <MenuPopup
            id={id}
            anchor={ref}
            align={align}
            className={popupClassName}
            focusFirst={open === "keyboard"}
            onClose={() => setOpen(false)}
          >
            {children}
          </MenuPopup>
        </Suspense>
      )}
    </>
  );
}
