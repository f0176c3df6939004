import { AppWindow, ChartArea, ChartColumn, ChartLine, Search, Sparkles } from "lucide-react";
import type { Look, Looks } from "../look";

const insight: Look = {
  Icon: ChartLine,
  skeleton: "liveboard",
  card: "search",
  previews: ["tiles", "funnel", "area", "dots"],
};

export const looks: Looks = {
  liveboard: insight,
  visualization: { ...insight, Icon: ChartArea, card: "page", previews: ["area"] },
  answer: { ...insight, Icon: ChartColumn, card: "page", previews: ["funnel"] },
  search: { ...insight, Icon: Search, previews: ["dots"] },
  "search-bar": { ...insight, Icon: Search, previews: ["dots"] },
  spotter: { ...insight, Icon: Sparkles, card: "page", previews: ["messages"] },
  app: { ...insight, Icon: AppWindow },
};
