import { FileText } from "lucide-react";
import type { Looks } from "@/lib/vendors/look";

export const looks: Looks = {
  "atlas-report": { Icon: FileText, skeleton: "dashboard", card: "page", previews: ["table", "bars"] },
};
