import { createRocketChat } from "@/sandbox/rocketchat/rocketchat";
import { describeConformance } from "../conformance/conformance";
import { rocketchat } from ".";

const headersOf = (grant: object) => {
  const { token, userId } = grant as { token: string; userId: string };
  return { "x-auth-token": token, "x-user-id": userId };
};

describeConformance({
  vendor: rocketchat,
  emulator: createRocketChat,
  item: {
    slug: "general",
    vendor: "rocketchat",
    kind: "room",
    title: "# general",
    description: "",
    tags: [],
    open: [],
    target: { path: "/channel/general" },
  },
  people: [{ account: "a.analyst" }, { account: "v.viewer" }],
  // Unknown accounts are created; rooms are Rocket.Chat's own business.
  refused: { disabled: { account: "d.disabled" } },
  share: {
    room: "sandbox-sales-emea",
    async newest(grant, call) {
      const answer = await call("/api/v1/channels.history?roomId=sandbox-sales-emea&count=1", {
        headers: headersOf(grant),
      });
      const { messages } = (await answer.json()) as { messages: { msg: string; u: { username: string } }[] };
      return { text: messages[0]?.msg ?? "", account: messages[0]?.u.username ?? "" };
    },
    end: async (grant, call) => void (await call("/api/v1/logout", { method: "POST", headers: headersOf(grant) })),
  },
  notices: [
    {
      eventName: "notification",
      data: {
        notification: { title: "#general", text: "@you hello", payload: { rid: "r", type: "c", name: "general" } },
      },
    },
    {
      eventName: "unread-changed-by-subscription",
      data: { _id: "s", rid: "r", t: "d", name: "data.engineer", fname: "Data engineer", unread: 2, alert: true },
    },
  ],
  age: (state) => ({ ...state, checkedAt: 0 }),
  async isAlive(grant, call) {
    return (await call("/api/v1/me", { headers: headersOf(grant) })).status === 200;
  },
});
