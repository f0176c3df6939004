import { createSuperset } from "@/examples/superset/sandbox/superset";
import { superset } from "@/examples/superset/vendor";
import { describeConformance } from "@/lib/vendors/conformance/conformance";

const item = (dashboard: string) => ({
  slug: "deliveries",
  vendor: "superset",
  kind: "superset-dashboard",
  title: "Deliveries",
  description: "",
  tags: [],
  open: [],
  target: { dashboard },
});

describeConformance({
  vendor: superset,
  emulator: createSuperset,
  item: item("5e2f7c1a-90b4-4d38-a6e7-1c08d9f3b245"),
  people: [{ account: "a.analyst" }, { account: "v.viewer" }],
  refused: { missing: item("00000000-0000-4000-8000-000000000000") },
});
