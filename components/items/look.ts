/**
 * Icon, skeleton and drawn preview by the item's kind, as the vendors declare them. A vendor uses the look of its first
 * kind, and the pair of colours of its theme.css.
 */
import { LayoutDashboard } from "lucide-react";
import type { CSSProperties } from "react";
import type { Look } from "@/lib/vendors/look";
import { looks } from "@/lib/vendors/looks";

export type { CardShape, PreviewShape, SkeletonShape } from "@/lib/vendors/look";

/** Of a kind whose vendor declares none. */
const plain: Look = { Icon: LayoutDashboard, skeleton: "dashboard", card: "figures", previews: ["grid", "bars"] };

export const lookOf = (kind: string): Look => looks[kind] ?? plain;

/** The vendor's colours as `--hue` and `--hue-soft`, for the element and its children. */
export const hueOf = (vendorId: string) =>
  ({
    "--hue": `var(--color-${vendorId}, var(--color-ink-2))`,
    "--hue-soft": `var(--color-${vendorId}-soft, var(--color-hover))`,
  }) as CSSProperties;
