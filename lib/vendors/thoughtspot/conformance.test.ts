import { createThoughtSpot } from "@/sandbox/thoughtspot/thoughtspot";
import { describeConformance } from "../conformance/conformance";
import { thoughtspot } from ".";

const liveboard = (liveboardId: string) => ({
  slug: "a-liveboard",
  vendor: "thoughtspot",
  kind: "liveboard",
  title: "A Liveboard",
  description: "",
  tags: [],
  open: [],
  target: { liveboardId },
});

describeConformance({
  vendor: thoughtspot,
  emulator: createThoughtSpot,
  item: liveboard("3f2a8c61-7d94-4e05-b1c8-52d09e6a7f13"),
  people: [{ account: "v.viewer@portico.example" }, { account: "a.analyst@portico.example" }],
  refused: {
    unknown: { account: "nobody@portico.example" },
    disabled: { account: "d.disabled@portico.example" },
    forbidden: liveboard("9b5e0d27-c31f-4a86-8e74-f06a13d2b958"),
    missing: liveboard("00000000-0000-4000-8000-000000000000"),
  },
  async isAlive(grant, call) {
    const { token } = grant as { token: string };
    const answer = await call("/callosum/v1/session/isactive", { headers: { authorization: `Bearer ${token}` } });
    return answer.status === 204;
  },
});
