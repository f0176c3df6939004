import { MessageSquare } from "lucide-react";
import type { Looks } from "../look";

export const looks: Looks = {
  room: { Icon: MessageSquare, skeleton: "messages", card: "rooms", previews: ["messages"] },
};
