/**
 * Icon, skeleton and drawn preview by the item's kind. A vendor uses the look of its first kind and has one pair of
 * colours in the theme, `--color-<id>` and `--color-<id>-soft`. A fourth vendor needs that pair and, for a new kind of
 * item, one line here.
 */
import {
  AppWindow,
  ChartArea,
  ChartColumn,
  ChartLine,
  FileText,
  LayoutDashboard,
  Library,
  type LucideIcon,
  MessageCircleQuestionMark,
  MessageSquare,
  Search,
  Sparkles,
  Table2,
} from "lucide-react";
import type { CSSProperties } from "react";

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

const board: Look = {
  Icon: LayoutDashboard,
  skeleton: "dashboard",
  card: "figures",
  previews: ["line", "grid", "ranking", "bars", "table"],
};
const room: Look = { Icon: MessageSquare, skeleton: "messages", card: "rooms", previews: ["messages"] };
const insight: Look = {
  Icon: ChartLine,
  skeleton: "liveboard",
  card: "search",
  previews: ["tiles", "funnel", "area", "dots"],
};

const looks: Readonly<Record<string, Look>> = {
  dashboard: board,
  library: { ...board, Icon: Library, card: "page", previews: ["grid"] },
  report: { ...board, Icon: Table2, card: "page", previews: ["table"] },
  document: { ...board, Icon: FileText, card: "page", previews: ["table"] },
  bot: { ...board, Icon: MessageCircleQuestionMark, card: "page", previews: ["messages"] },
  room,
  liveboard: insight,
  visualization: { ...insight, Icon: ChartArea, card: "page", previews: ["area"] },
  answer: { ...insight, Icon: ChartColumn, card: "page", previews: ["funnel"] },
  search: { ...insight, Icon: Search, previews: ["dots"] },
  "search-bar": { ...insight, Icon: Search, previews: ["dots"] },
  spotter: { ...insight, Icon: Sparkles, card: "page", previews: ["messages"] },
  app: { ...insight, Icon: AppWindow },
};

export const lookOf = (kind: string): Look => looks[kind] ?? board;

/** The vendor's colours as `--hue` and `--hue-soft`, for the element and its children. */
export const hueOf = (vendorId: string) =>
  ({
    "--hue": `var(--color-${vendorId}, var(--color-ink-2))`,
    "--hue-soft": `var(--color-${vendorId}-soft, var(--color-hover))`,
  }) as CSSProperties;
