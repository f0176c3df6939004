import "server-only";
import { z } from "zod";
/**
 * MicroStrategy Web's task servlet, called from the portal's server (SOURCES.md: task servlet). With
 * `taskEnv=xhr` and `taskContentType=json` the body is the task's own JSON; a failure's HTTP status is the task's status.
 */
import { ConnectionLost } from "@/lib/broker/vendor-adapter";
import { callVendor, type VendorAnswer } from "@/lib/broker/vendor-call";
import type { Problem } from "@/lib/problem/problem";
import { callTerm } from "@/lib/trace/terms";
import { hops } from "../hops";
import { meaningOf, productName, taskForm } from "../protocol";
import type { Call } from "./api";
import { problem } from "./errors";

function runTask({ config, signal }: Call, taskId: string, parameters: Readonly<Record<string, string>>) {
  if (!config.webUrl) throw problem("vendor_unconfigured");
  return callVendor({
    vendor: "microstrategy",
    vendorName: productName,
    method: "POST",
    url: `${config.webUrl}/servlet/taskProc`,
    body: taskForm(taskId, parameters),
    term: callTerm(hops.calls, "POST", `/servlet/taskProc/${taskId}`),
    signal,
  });
}

/** What the failure headers say; the message can be Base64 in newer versions. */
function failureOf(answer: VendorAnswer): { code: number | undefined; text: string } {
  const code = Number(answer.headers.get("x-mstr-taskerrorcode"));
  const message = answer.headers.get("x-mstr-taskfailuremsg") ?? "";
  const plain = /^[A-Za-z0-9+/]+=*$/.test(message) ? Buffer.from(message, "base64").toString("utf8") : message;
  return { code: Number.isInteger(code) && code < 0 ? code : undefined, text: `${message} ${plain}` };
}

function problemOf(answer: VendorAnswer): Problem {
  const { code, text } = failureOf(answer);
  const options = { reference: `task ${answer.status} ${code ?? ""}`.trim() };
  const meaning = meaningOf(code);
  if (meaning) return problem(meaning, options);
  if (/secret key/i.test(text)) return problem("secret_key_missing", options);
  if (answer.status >= 500) return problem("vendor_failed", options);
  return problem("vendor_bad_answer", options);
}

const textSchema = z.string().regex(/^[\x21-\x7e]{8,65536}$/);

/** @throws Problem when the task's answer has no such text */
function textIn(answer: VendorAnswer, key: "sessionState" | "identityToken"): string {
  const parsed = z.object({ [key]: textSchema }).safeParse(answer.json());
  const text = parsed.data?.[key];
  if (!text) throw problem("vendor_bad_answer", { reference: `task without ${key}` });
  return text;
}

/**
 * For the doctor: whether a task servlet answers. It gets a session that no one has, which every one refuses with headers
 * of its own; no session is made. Where browsers reach Web and Library at one host, the server's own way there is taken.
 */
export async function askTaskServlet({ config, signal }: Call): Promise<VendorAnswer & { readonly isTask: boolean }> {
  const { webUrl, libraryUrl, internalUrl } = config;
  const [at, library] = [new URL(webUrl ?? libraryUrl), new URL(libraryUrl)];
  const near = at.origin === library.origin ? new URL(at.pathname, internalUrl).href : at.href;
  const answer = await runTask({ config: { ...config, webUrl: near }, signal }, "createIdentityToken", {
    sessionState: "portico-doctor",
  });
  const { headers } = answer;
  return { ...answer, isTask: headers.has("x-mstr-taskerrorcode") || headers.has("x-mstr-taskfailuremsg") };
}

/** Task `login`: the session as one string, `sessionState`. @throws Problem */
export async function webLogIn(call: Call, userid: string, password: string): Promise<string> {
  const answer = await runTask(call, "login", { ...call.config.webLogin, userid, password });
  if (answer.status === 200) return textIn(answer, "sessionState");
  if (answer.status === 401 && failureOf(answer).code === undefined) throw problem("credential_rejected");
  throw problemOf(answer);
}

/** Task `createIdentityToken` on a session. @throws ConnectionLost when the session is gone, Problem otherwise */
export async function webIdentityToken(call: Call, sessionState: string): Promise<string> {
  const answer = await runTask(call, "createIdentityToken", { sessionState });
  if (answer.status === 401) throw new ConnectionLost();
  if (answer.status !== 200) throw problemOf(answer);
  return textIn(answer, "identityToken");
}
