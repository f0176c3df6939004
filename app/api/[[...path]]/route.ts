import { publicRoute } from "@/lib/http/guard";
import { Problem } from "@/lib/problem/problem";

const nothing = publicRoute(() => {
  throw new Problem("not_found");
});

/** Every other address under /api: 404 as a problem, not as a page. */
export {
  nothing as DELETE,
  nothing as GET,
  nothing as HEAD,
  nothing as OPTIONS,
  nothing as PATCH,
  nothing as POST,
  nothing as PUT,
};
