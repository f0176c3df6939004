import "server-only";
/** Superset's REST API, as far as guest tokens need it. Sources in README.md. */
import { z } from "zod";
import type { CallContext } from "@/lib/broker/vendor-adapter";
import { callVendor, type VendorAnswer, type VendorRequest } from "@/lib/broker/vendor-call";
import { Problem } from "@/lib/problem/problem";
import type { SupersetConfig } from "../config";
import { vendorName } from "../protocol";

export type Call = Pick<CallContext<SupersetConfig>, "config" | "signal">;

const request = ({ config, signal }: Call, path: string, more: Pick<VendorRequest, "method" | "headers" | "body">) =>
  callVendor({ vendor: "superset", vendorName, url: `${config.internalUrl}${path}`, signal, ...more });

/** One text of an answer, or the Problem that the answer is. */
function textIn(answer: VendorAnswer, field: string): string {
  const { status } = answer;
  if (status === 401 || status === 403)
    throw new Problem("vendor_misconfigured", { vendorName, reference: String(status) });
  if (status === 429) throw new Problem("vendor_busy", { vendorName, retryAfter: 5 });
  if (status !== 200) throw new Problem("vendor_failed", { vendorName, reference: String(status) });
  const parsed = z.object({ [field]: z.string().min(1) }).safeParse(answer.json());
  if (!parsed.success) throw new Problem("vendor_bad_answer", { vendorName });
  return parsed.data[field] as string;
}

/** Signs the service account in. */
export async function accessToken(call: Call): Promise<string> {
  const { username, password } = call.config;
  const body = { username, password, provider: "db", refresh: false };
  return textIn(await request(call, "/api/v1/security/login", { method: "POST", body }), "access_token");
}

export interface GuestOrder {
  readonly account: string;
  /** The id of the embedding dialog. */
  readonly dashboard: string;
  /** A condition on the rows, from the catalog. */
  readonly clause: string | undefined;
}

/** @throws Problem `item_missing` when Superset embeds no such dashboard */
export async function guestToken(call: Call, { account, dashboard, clause }: GuestOrder): Promise<string> {
  const authorization = `Bearer ${await accessToken(call)}`;
  const csrf = await request(call, "/api/v1/security/csrf_token/", { method: "GET", headers: { authorization } });
  const answer = await request(call, "/api/v1/security/guest_token/", {
    method: "POST",
    headers: {
      authorization,
      "x-csrftoken": textIn(csrf, "result"),
      // The CSRF token belongs to this session, and over https Superset also wants to know whence the request comes.
      cookie: csrf.cookies.map((line) => line.split(";")[0]).join("; "),
      referer: call.config.url,
    },
    body: {
      user: { username: account, first_name: account, last_name: "" },
      resources: [{ type: "dashboard", id: dashboard }],
      rls: clause ? [{ clause }] : [],
    },
  });
  if (answer.status === 400) throw new Problem("item_missing", { vendorName });
  return textIn(answer, "token");
}

export async function health(call: Call): Promise<boolean> {
  const { status, text } = await request(call, "/health", { method: "GET" });
  return status === 200 && text.trim() === "OK";
}
