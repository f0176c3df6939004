import { createRocketChat } from "@/sandbox/rocketchat/rocketchat";
import { describeConformance } from "../conformance/conformance";
import { rocketchat } from ".";

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
  age: (state) => ({ ...state, checkedAt: 0 }),
  async isAlive(grant, call) {
    const { token, userId } = grant as { token: string; userId: string };
    return (await call("/api/v1/me", { headers: { "x-auth-token": token, "x-user-id": userId } })).status === 200;
  },
});
