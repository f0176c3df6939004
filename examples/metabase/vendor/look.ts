import { ChartPie } from "lucide-react";
import type { Looks } from "@/lib/vendors/look";

export const looks: Looks = {
  "metabase-dashboard": { Icon: ChartPie, skeleton: "dashboard", card: "figures", previews: ["bars", "line"] },
};
