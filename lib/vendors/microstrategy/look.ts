import { FileText, LayoutDashboard, Library, MessageCircleQuestionMark, Table2 } from "lucide-react";
import type { Look, Looks } from "../look";

const board: Look = {
  Icon: LayoutDashboard,
  skeleton: "dashboard",
  card: "figures",
  previews: ["line", "grid", "ranking", "bars", "table"],
};

export const looks: Looks = {
  dashboard: board,
  library: { ...board, Icon: Library, card: "page", previews: ["grid"] },
  report: { ...board, Icon: Table2, card: "page", previews: ["table"] },
  document: { ...board, Icon: FileText, card: "page", previews: ["table"] },
  bot: { ...board, Icon: MessageCircleQuestionMark, card: "page", previews: ["messages"] },
};
