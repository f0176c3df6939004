/** How a vendor's items look before the product is there: icon, skeleton and drawn preview. */
import type { LucideIcon } from "lucide-react";

export type SkeletonShape = "dashboard" | "messages" | "liveboard";
export type PreviewShape =
  | "line"
  | "grid"
  | "ranking"
  | "bars"
  | "table"
  | "messages"
  | "tiles"
  | "funnel"
  | "area"
  | "dots";

/** What surrounds the drawing on a large card: figures above it, a search bar, a list of rooms, or nothing. */
export type CardShape = "figures" | "search" | "rooms" | "page";

export interface Look {
  readonly Icon: LucideIcon;
  readonly skeleton: SkeletonShape;
  readonly card: CardShape;
  /** The items of a vendor take these in turn. */
  readonly previews: readonly [PreviewShape, ...PreviewShape[]];
}

/** By the item's kind. */
export type Looks = Readonly<Record<string, Look>>;
