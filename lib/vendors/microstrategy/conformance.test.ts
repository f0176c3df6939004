import { sandboxPassword } from "@/lib/config/sandbox";
import { createMicroStrategy } from "@/sandbox/microstrategy/microstrategy";
import { describeConformance } from "../conformance/conformance";
import { microstrategy } from ".";

const person = (account: string) => ({
  account,
  credential: { username: account, password: sandboxPassword(account), mode: 1 },
});

describeConformance({
  vendor: microstrategy,
  emulator: createMicroStrategy,
  item: {
    slug: "sales-performance",
    vendor: "microstrategy",
    kind: "dashboard",
    title: "Sales performance",
    description: "",
    tags: [],
    open: [],
    target: { projectId: "4E9A1D07C35B4F0E8B62D1A97C30F584", objectId: "7C1F4A92B06E4D35A8C3E5170F9B2D61" },
  },
  people: [person("a.analyst"), person("v.viewer")],
  refused: { disabled: person("d.disabled") },
  async isAlive(_grant, call, state) {
    const { token, cookies } = state as { token: string; cookies: Record<string, string> };
    const cookie = Object.entries(cookies).map((pair) => pair.join("="));
    const headers = { "x-mstr-authtoken": token, cookie: cookie.join("; ") };
    return (await call("/MicroStrategyLibrary/api/sessions/userInfo", { headers })).status === 200;
  },
});
