import { passthroughRoute } from "@/lib/http/guard";
import { serveSandbox } from "../mount";

const handler = passthroughRoute(serveSandbox);

export {
  handler as DELETE,
  handler as GET,
  handler as HEAD,
  handler as OPTIONS,
  handler as PATCH,
  handler as POST,
  handler as PUT,
};
