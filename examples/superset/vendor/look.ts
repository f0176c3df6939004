import { Layers } from "lucide-react";
import type { Looks } from "@/lib/vendors/look";

export const looks: Looks = {
  "superset-dashboard": { Icon: Layers, skeleton: "dashboard", card: "figures", previews: ["area", "bars"] },
};
