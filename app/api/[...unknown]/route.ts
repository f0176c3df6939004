import { openRoute } from "@/lib/broker/guard";
import { Problem } from "@/lib/problem/problem";

/** Every other address of the API: a problem like any other, not a page. */
const unknown = openRoute(() => {
  throw new Problem("not_found");
});

export { unknown as DELETE, unknown as GET, unknown as PATCH, unknown as POST, unknown as PUT };
