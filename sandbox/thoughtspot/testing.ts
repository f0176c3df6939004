/** For the contract tests: a sandbox and short words to call it with. */
import { sandboxGuid } from "@/lib/config/sandbox";
import { createThoughtSpot } from "./thoughtspot";

export const origin = "http://thoughtspot.localhost:4003";
export const portal = "http://portal.localhost:3000";
export const analyst = "a.analyst@portico.example";
export const viewer = "v.viewer@portico.example";
export const customerHealth = "3f2a8c61-7d94-4e05-b1c8-52d09e6a7f13";
export const salesPipeline = "9b5e0d27-c31f-4a86-8e74-f06a13d2b958";
/** The Liveboard whose model has row security on `region_var`. */
export const revenueByTerritory = "e2c85b07-491f-4d36-b0a8-73d1c6f2958e";
export const territories = "a94e17d3-58c2-4b60-9f2d-6c03e8b5147a";

export function trial(more: { readonly sameSite?: boolean } = {}) {
  const sandbox = createThoughtSpot({ origin, portalOrigin: portal, idpOrigin: "", idpInternalOrigin: "", ...more });
  const key = sandboxGuid("thoughtspot:secret-key");

  const call = async (path: string, init: RequestInit = {}): Promise<Response> =>
    sandbox.fetch(new Request(`${origin}${path}`, init));
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    call(path, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
  const postForm = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
    call(path, { method: "POST", headers, body: new URLSearchParams(fields) });
  const v2 = (path: string, body: unknown, token?: string) =>
    post(`/api/rest/2.0/${path}`, body, token ? { authorization: `Bearer ${token}` } : {});

  /** A v2 token, full or for one object. */
  const token = async (username: string, more: Record<string, unknown> = {}): Promise<string> => {
    const response = await v2(more.object_id ? "auth/token/object" : "auth/token/full", {
      username,
      secret_key: key,
      auto_create: false,
      ...more,
    });
    const body = (await response.json()) as { token?: string };
    if (!body.token) throw new Error(`No token: ${response.status}`);
    return body.token;
  };
  const admin = () =>
    v2("auth/token/full", { username: "tsadmin", password: "admin" }).then(
      async (response) => ((await response.json()) as { token: string }).token,
    );
  /** A v1 token. */
  const v1Token = async (username: string, more: Record<string, string> = {}): Promise<string> =>
    (
      await postForm("/tspublic/v1/session/auth/token", { secret_key: key, username, access_level: "FULL", ...more })
    ).text();
  const faults = (body: unknown) => post("/sandbox/faults", body);
  const isActive = async (bearer: string) =>
    (await call("/callosum/v1/session/isactive", { headers: { authorization: `Bearer ${bearer}` } })).status;

  return { sandbox, key, call, post, postForm, v2, token, admin, v1Token, faults, isActive };
}
