import { createAtlas } from "@/examples/atlas/sandbox/atlas";
import { atlas } from "@/examples/atlas/vendor";
import { describeConformance } from "@/lib/vendors/conformance/conformance";

describeConformance({
  vendor: atlas,
  emulator: createAtlas,
  item: {
    slug: "quarter",
    vendor: "atlas",
    kind: "atlas-report",
    title: "The quarter in figures",
    description: "",
    tags: [],
    open: [],
    target: { report: "quarter" },
  },
  people: [{ account: "a.analyst" }, { account: "v.viewer" }],
  signed: true,
});
