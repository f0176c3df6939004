import "server-only";
import { z } from "zod";
/** What an answer of MicroStrategy means when it is not the one that was asked for. */
import { ConnectionLost } from "@/lib/broker/vendor-adapter";
import type { VendorAnswer } from "@/lib/broker/vendor-call";
import { isProblem, Problem } from "@/lib/problem/problem";
import { type ErrorBody, meaningOf, productName, sameCode, saysSessionGone } from "../protocol";

type Options = Omit<NonNullable<ConstructorParameters<typeof Problem>[1]>, "vendorName">;

/** A problem of this vendor. */
export const problem = (code: Problem["code"], options: Options = {}) =>
  new Problem(code, { vendorName: productName, ...options });

/** Error body of the REST API (OpenAPI: `error`). A field of another type than documented is as good as absent. */
const errorSchema = z.object({
  code: z.string().optional().catch(undefined),
  iServerCode: z.number().optional().catch(undefined),
  ticketId: z.string().optional().catch(undefined),
});

/** The error in an answer; a 5xx may come without one (SOURCES.md: REST errors). */
export function errorIn(answer: VendorAnswer): ErrorBody {
  try {
    return errorSchema.catch({}).parse(JSON.parse(answer.text));
  } catch {
    return {};
  }
}

/** What to look up in the Library's logs; letters and digits only, because it came from outside. */
const reference = (status: number, { code, iServerCode, ticketId }: ErrorBody) =>
  [String(status), code, iServerCode, ticketId]
    .filter((part) => part !== undefined)
    .join(" ")
    .replace(/[^\w -]/g, "")
    .slice(0, 120);

/** At most five minutes: it pauses what the portal ends at the Library for everyone. */
const retryAfter = (header: string | null) => (header && /^\d{1,4}$/.test(header) ? Math.min(300, Number(header)) : 30);

/**
 * What a refused call means.
 *
 * @param login whether it was a login: 401 then means the credentials, not the session
 */
export function problemOf(answer: VendorAnswer, login = false): Problem | ConnectionLost {
  const body = errorIn(answer);
  const options = { reference: reference(answer.status, body) };
  const gone = sameCode(body.code, "ERR009") || saysSessionGone(body.iServerCode);
  if (gone && !login) return new ConnectionLost();
  if (sameCode(body.code, "ERR0023")) return problem("secret_key_missing", options);
  const meaning = meaningOf(body.iServerCode);
  if (meaning) return problem(meaning, options);
  if (sameCode(body.code, "ERR003")) return problem("credential_rejected", options);
  if (sameCode(body.code, "ERR0013"))
    return problem("vendor_unreachable", {
      ...options,
      detail: "The Library answers, but it cannot reach its Intelligence Server.",
    });
  if (answer.status === 429)
    return problem("vendor_busy", { ...options, retryAfter: retryAfter(answer.headers.get("retry-after")) });
  if (answer.status === 403) return problem("account_forbidden", options);
  if (answer.status === 401) return login ? problem("credential_rejected", options) : new ConnectionLost();
  return problem(answer.status >= 500 ? "vendor_failed" : "vendor_bad_answer", options);
}

/** The same for a login, which cannot lose a session. */
export function loginProblemOf(answer: VendorAnswer): Problem {
  const found = problemOf(answer, true);
  return isProblem(found) ? found : badAnswer(answer);
}

/** An answer that is not what the vendor documents. */
export const badAnswer = (answer: VendorAnswer) => problem("vendor_bad_answer", { reference: String(answer.status) });

/** The body, if it is what the vendor documents. @throws Problem `vendor_bad_answer` */
export function bodyOf<T>(answer: VendorAnswer, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(answer.json());
  if (!parsed.success) throw badAnswer(answer);
  return parsed.data;
}
