import { createMetabase } from "@/examples/metabase/sandbox/metabase";
import { metabase } from "@/examples/metabase/vendor";
import { describeConformance } from "@/lib/vendors/conformance/conformance";

describeConformance({
  vendor: metabase,
  emulator: createMetabase,
  item: {
    slug: "orders",
    vendor: "metabase",
    kind: "metabase-dashboard",
    title: "Orders of a customer",
    description: "",
    tags: [],
    open: [],
    target: { dashboard: "7", locked: "customer" },
  },
  people: [{ account: "a.analyst" }, { account: "v.viewer" }],
  signed: true,
});
