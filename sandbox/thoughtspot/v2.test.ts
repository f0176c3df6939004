import {
  analyst,
  customerHealth,
  portal,
  revenueByTerritory,
  salesPipeline,
  territories,
  trial,
  viewer,
} from "./testing";

const base = (key: string) => ({ username: analyst, secret_key: key });

describe("minting a v2 token is refused", () => {
  test.each<[string, string, number, number, Record<string, unknown>]>([
    ["without a username", "full", 400, 10002, { username: "" }],
    ["with neither key nor password", "full", 400, 10002, { secret_key: undefined }],
    ["with a lifetime of zero", "full", 400, 10002, { validity_time_in_sec: 0 }],
    ["with a lifetime that is text", "full", 400, 10002, { validity_time_in_sec: "300" }],
    ["with a wrong key", "full", 401, 10097, { secret_key: "b0cb26a0-351e-40b4-9e42-00fa2265d50c" }],
    ["with a wrong password", "full", 401, 10097, { secret_key: undefined, password: "wrong" }],
    ["for a user no one knows", "full", 401, 10097, { username: "nobody@portico.example" }],
    ["for an inactive user", "full", 403, 10023, { username: "d.disabled@portico.example" }],
    ["for an org that the user is not in", "full", 400, 10002, { org_id: 1 }],
    ["without the object", "object", 400, 10002, {}],
    ["for an object that does not exist", "object", 400, 10002, { object_id: "00000000-0000-4000-8000-000000000000" }],
    ["for an object that the user may not see", "object", 403, 10023, { username: viewer, object_id: salesPipeline }],
    ["without persist_option", "custom", 400, 10002, {}],
    [
      "with variables that are not kept",
      "custom",
      400,
      10002,
      { persist_option: "NONE", variable_values: [{ name: "region", values: ["Islands"] }] },
    ],
    [
      "with variables and a reset",
      "custom",
      400,
      10002,
      { persist_option: "RESET", variable_values: [{ name: "region", values: ["Islands"] }] },
    ],
  ])("%s", async (_, kind, status, code, change) => {
    const { key, v2 } = trial();
    const response = await v2(`auth/token/${kind}`, { ...base(key), ...change });
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toMatch(/json/);
    const body = await response.json();
    expect(body.error.message).toEqual({
      code,
      incident_id_guid: expect.any(String),
      trace_id_guid: expect.any(String),
      debug: expect.any(String),
    });
    expect(JSON.stringify(body)).not.toContain(key);
  });

  test("with a body that is not JSON", async () => {
    const { postForm, call } = trial();
    expect((await postForm("/api/rest/2.0/auth/token/full", { username: analyst })).status).toBe(415);
    const broken = await call("/api/rest/2.0/auth/token/full", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{",
    });
    expect(broken.status).toBe(400);
  });

  test("while trusted authentication is off, and with the dead key forever", async () => {
    const { key, v2, admin } = trial();
    const configure = async (auth_status: string) =>
      v2("auth/configure", { auth_type: "TRUSTED_AUTH", cluster_preferences: { auth_status } }, await admin());
    expect((await configure("DISABLED")).status).toBe(204);
    expect((await v2("auth/token/full", base(key))).status).toBe(403);
    expect((await configure("ENABLED")).status).toBe(204);
    expect((await v2("auth/token/full", base(key))).status).toBe(401);
    const found = await (await v2("auth/search", { auth_type: "TRUSTED_AUTH" }, await admin())).json();
    expect(found.cluster_preferences.auth_status).toBe("ENABLED");
    expect((await v2("auth/token/full", base(found.cluster_preferences.access_tokens[0].key))).status).toBe(200);
  });

  test("with the nested error body where the cluster speaks that dialect", async () => {
    const { v2, faults } = trial();
    await faults({ switches: { errorShape: "nested" } });
    const body = await (await v2("auth/token/full", base("wrong"))).json();
    expect(body.error.message.debug.code).toBe(10097);
    expect(JSON.parse(body.error.message.debug.debug)).toEqual([expect.any(String)]);
  });

  test("over the rate limit, with 429", async () => {
    const { key, v2, faults } = trial();
    await faults({ switches: { rateLimit: 1 } });
    const statuses: number[] = [];
    for (let count = 0; count < 15; count++) statuses.push((await v2("auth/token/full", base(key))).status);
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(11);
    expect(statuses.at(-1)).toBe(429);
  });
});

describe("a v2 token", () => {
  test("opens everything the user may see, for five minutes unless told", async () => {
    const { key, v2, isActive, faults } = trial();
    const body = await (await v2("auth/token/full", base(key))).json();
    expect(body).toMatchObject({
      scope: { access_type: "FULL", org_id: 0, metadata_id: null },
      valid_for_username: analyst,
    });
    expect(body.expiration_time_in_millis - body.creation_time_in_millis).toBe(300_000);
    await faults({ advanceMs: 299_000 });
    expect(await isActive(body.token)).toBe(204);
    await faults({ advanceMs: 2_000 });
    expect(await isActive(body.token)).toBe(401);
  });

  test("of one object says so, and counts as active", async () => {
    const { key, v2, isActive } = trial();
    const body = await (
      await v2("auth/token/object", { ...base(key), object_id: customerHealth, validity_time_in_sec: 60 })
    ).json();
    expect(body.scope).toEqual({ access_type: "REPORT_BOOK_VIEW", org_id: 0, metadata_id: customerHealth });
    expect(await isActive(body.token)).toBe(204);
  });

  test("custom: creates users unless told not to", async () => {
    const { key, v2 } = trial();
    const request = { username: "new@portico.example", secret_key: key, persist_option: "NONE" };
    expect((await v2("auth/token/custom", { ...request, auto_create: false })).status).toBe(401);
    const body = await (await v2("auth/token/custom", request)).json();
    expect(body).toMatchObject({ org: { id: 0, name: "Primary" }, user: { name: "new@portico.example" } });
  });

  test("custom: changes nothing of a user that exists, e-mail and groups included", async () => {
    const { key, v2, token } = trial();
    await v2("auth/token/custom", {
      ...base(key),
      persist_option: "NONE",
      auto_create: true,
      display_name: "Someone else",
      groups: [{ identifier: "Administrator" }],
    });
    const [me] = await (await v2("users/search", { user_identifier: analyst }, await token(analyst))).json();
    expect(me.display_name).toBe("Anna Analyst");
    expect(me.user_groups.map(({ name }: { name: string }) => name)).not.toContain("Administrator");
  });

  test("made with a password creates and changes no one", async () => {
    const { v2 } = trial();
    const mine = { username: analyst, password: `${analyst}-sandbox`, auto_create: true };
    const made = await v2("auth/token/full", { ...mine, group_identifiers: ["Administrator"], display_name: "Boss" });
    const me = await v2("users/search", { user_identifier: analyst }, (await made.json()).token);
    const [found] = (await me.json()) as { display_name: string; user_groups: { name: string }[] }[];
    expect(found?.display_name).not.toBe("Boss");
    expect(found?.user_groups.map(({ name }) => name)).not.toContain("Administrator");
    const stranger = { ...mine, username: "new@portico.example" };
    expect((await v2("auth/token/full", stranger)).status).toBe(401);
  });

  test("opens a session that is remembered, whether that is said as a boolean or as text", async () => {
    const { v2 } = trial();
    const life = async (remember_me: unknown) => {
      const answer = await v2("auth/session/login", { username: "tsadmin", password: "admin", remember_me });
      return [answer.status, answer.headers.getSetCookie()[0]?.includes("Max-Age=604800")];
    };
    expect(await life(true)).toEqual([204, true]);
    expect(await life("true")).toEqual([204, true]);
    expect(await life("false")).toEqual([204, false]);
    expect((await life("perhaps"))[0]).toBe(400);
  });

  test("without an org is for the org of the last session", async () => {
    const { v2, call, postForm } = trial();
    const signedIn = await postForm("/callosum/v1/session/login", { username: "tsadmin", password: "admin" });
    const cookie = signedIn.headers
      .getSetCookie()
      .map((entry) => entry.split(";")[0])
      .join("; ");
    await call("/callosum/v1/session/orgs?orgid=1", { method: "PUT", headers: { cookie } });
    const made = await (await v2("auth/token/full", { username: "tsadmin", password: "admin" })).json();
    expect(made.scope.org_id).toBe(1);
  });

  test("full with auto_create replaces name, e-mail and the whole group list", async () => {
    const { key, v2, token } = trial();
    await v2("auth/token/full", {
      ...base(key),
      auto_create: true,
      display_name: "New name",
      email: "new@portico.example",
      group_identifiers: [],
    });
    const me = await (await v2("users/search", { user_identifier: analyst }, await token(analyst))).json();
    expect(me[0]).toMatchObject({ display_name: "New name", email: "new@portico.example", user_groups: [] });
  });

  test("is told apart by validate: good, expired, malformed", async () => {
    const { v2, token, admin, faults } = trial();
    const short = await token(analyst, { validity_time_in_sec: 10 });
    const bearer = await token("a.admin@portico.example", { validity_time_in_sec: 3600 });
    expect((await v2("auth/token/validate", { token: short })).status).toBe(401);
    expect(await (await v2("auth/token/validate", { token: short }, bearer)).json()).toMatchObject({
      token_type: "BEARER",
      scope: { access_type: "FULL" },
    });
    await faults({ advanceMs: 11_000 });
    const expired = await (await v2("auth/token/validate", { token: short }, await admin())).json();
    expect(expired.error.message).toMatchObject({ code: 10002, debug: expect.stringContaining("expired") });
    const malformed = await (await v2("auth/token/validate", { token: "x" }, await admin())).json();
    expect(malformed.error.message).toMatchObject({ code: 10002, debug: expect.stringContaining("malformed") });
  });

  test("ends when revoked by its user, not by another one", async () => {
    const { v2, token, isActive } = trial();
    const mine = await token(analyst);
    const theirs = await token(viewer);
    expect((await v2("auth/token/revoke", {}, mine)).status).toBe(400);
    expect((await v2("auth/token/revoke", { user_identifier: analyst, token: mine })).status).toBe(401);
    expect((await v2("auth/token/revoke", { user_identifier: viewer, token: theirs }, mine)).status).toBe(403);
    expect((await v2("auth/token/revoke", { user_identifier: viewer, token: mine }, mine)).status).toBe(400);
    expect((await v2("auth/token/revoke", { user_identifier: analyst, token: mine }, mine)).status).toBe(204);
    expect(await isActive(mine)).toBe(401);
    expect(await isActive(theirs)).toBe(204);
  });

  test("survives the end of its key unless the cluster is set to end it", async () => {
    for (const dies of [false, true]) {
      const { v2, admin, token, isActive, faults } = trial();
      await faults({ switches: { v2TokensDieWithKey: dies } });
      const issued = await token(analyst);
      await v2(
        "auth/configure",
        { auth_type: "TRUSTED_AUTH", cluster_preferences: { auth_status: "DISABLED" } },
        await admin(),
      );
      expect(await isActive(issued)).toBe(dies ? 401 : 204);
    }
  });

  test("an org's key mints for its org only", async () => {
    const { v2, admin } = trial();
    await v2(
      "auth/configure",
      { auth_type: "TRUSTED_AUTH", org_preferences: [{ org_identifier: "Partners", auth_status: "ENABLED" }] },
      await admin(),
    );
    const found = await (await v2("auth/search", { auth_type: "TRUSTED_AUTH" }, await admin())).json();
    const key: string = found.org_preferences.find((entry: { org: { id: number } }) => entry.org.id === 1)
      .access_tokens[0].key;
    expect(
      (await v2("auth/token/full", { username: "p.partner@portico.example", secret_key: key, org_id: 1 })).status,
    ).toBe(200);
    expect((await v2("auth/token/full", { ...base(key), org_id: 0 })).status).toBe(403);
  });
});

describe("administration", () => {
  test("is refused without a bearer, and to people without the privilege", async () => {
    const { v2, token } = trial();
    const someone = await token(analyst);
    for (const path of [
      "auth/search",
      "auth/configure",
      "system/security-settings/search",
      "system/security-settings/configure",
    ]) {
      const body =
        path === "auth/configure"
          ? { auth_type: "TRUSTED_AUTH", cluster_preferences: { auth_status: "DISABLED" } }
          : {};
      expect((await v2(path, body)).status).toBe(401);
      expect((await v2(path, body, someone)).status).toBe(403);
    }
    expect((await v2("users/search", {})).status).toBe(401);
    expect((await v2("metadata/search", {})).status).toBe(401);
  });

  test("is closed to an administrator's token of one object, and so is everyone else's account", async () => {
    const { v2, call, token } = trial();
    const bound = await token("tsadmin", { object_id: customerHealth });
    for (const path of ["auth/search", "system/security-settings/search"])
      expect((await v2(path, {}, bound)).status).toBe(403);
    expect((await v2("auth/token/revoke", { user_identifier: analyst }, bound)).status).toBe(403);
    const found = (await (await v2("users/search", {}, bound)).json()) as { name: string }[];
    expect(found.map(({ name }) => name)).toEqual(["tsadmin"]);
    const look = await call(`/tspublic/v1/user?name=${analyst}`, { headers: { authorization: `Bearer ${bound}` } });
    expect(look.status).toBe(403);
  });

  test("people see themselves, administrators see everyone", async () => {
    const { v2, token, admin } = trial();
    const names = async (bearer: string, body: object = {}) =>
      ((await (await v2("users/search", body, bearer)).json()) as { name: string }[]).map((user) => user.name);
    expect(await names(await token(analyst))).toEqual([analyst]);
    expect(await names(await admin(), { record_size: 2, record_offset: 1 })).toHaveLength(2);
    expect(await names(await admin(), { user_identifier: viewer })).toEqual([viewer]);
    expect(await names(await admin(), { name_pattern: "%ANALYST%" })).toEqual([analyst]);
    expect(await names(await admin(), { user_identifier: "nobody" })).toEqual([]);
  });

  test("metadata shows what is shared, and one object to a token of one object", async () => {
    const { v2, token } = trial();
    const ids = async (bearer: string) =>
      (
        (await (await v2("metadata/search", { metadata: [{ type: "LIVEBOARD" }] }, bearer)).json()) as {
          metadata_id: string;
        }[]
      ).map((entry) => entry.metadata_id);
    expect(await ids(await token(viewer))).toEqual([customerHealth, revenueByTerritory]);
    expect(await ids(await token(analyst))).toContain(salesPipeline);
    expect(await ids(await token(analyst, { object_id: customerHealth }))).toEqual([customerHealth]);
  });

  test("the CORS list takes no star, and lists have an end", async () => {
    const { v2, admin } = trial();
    const set = async (list: string[]) =>
      (
        await v2(
          "system/security-settings/configure",
          { cluster_preferences: { cors_whitelisted_urls: list } },
          await admin(),
        )
      ).status;
    expect(await set(["*"])).toBe(400);
    expect(await set(["*.example.com"])).toBe(400);
    expect(await set(Array.from({ length: 300 }, (_, index) => `https://portal-${index}.example.com`))).toBe(400);
    expect(await set(["https://portal.example.com/?embed"])).toBe(400);
    expect(await set(["https://.*\\.example.com"])).toBe(204);
  });

  test("the framing list takes stars, but nothing that is no domain", async () => {
    const { v2, admin, call } = trial();
    const set = async (visual_embed_hosts: string[]) =>
      (
        await v2(
          "system/security-settings/configure",
          { cluster_preferences: { csp_settings: { visual_embed_hosts } } },
          await admin(),
        )
      ).status;
    expect(await set(["portal.example.com; script-src *"])).toBe(400);
    expect(await set(["portal.example.com?a=b"])).toBe(400);
    expect(await set(["*.example.com"])).toBe(204);
    expect((await call("/")).headers.get("content-security-policy")).toMatch(/ https:\/\/\*\.example\.com$/);
  });

  test("settings are searched by their scope", async () => {
    const { v2, admin } = trial();
    const members = async (body: object) =>
      Object.keys(await (await v2("system/security-settings/search", body, await admin())).json());
    expect(await members({})).toEqual(["cluster_preferences", "org_preferences"]);
    expect(await members({ scope: "CLUSTER" })).toEqual(["cluster_preferences"]);
    expect(await members({ scope: "ORG" })).toEqual(["org_preferences"]);
  });

  test("settings of the cluster and of an org take effect, and settings come back as they were set", async () => {
    const { v2, admin, call } = trial();
    const bearer = await admin();
    const partner = "https://partner.example.com";
    const set = {
      cluster_preferences: {
        csp_settings: { visual_embed_hosts: ["portal.example.com"], connect_src_urls: ["https://actions.example.com"] },
        non_embed_access: { block_full_app_access: true },
      },
      org_preferences: [{ org_identifier: "Partners", cors_whitelisted_urls: [partner] }],
    };
    expect((await v2("system/security-settings/configure", {}, bearer)).status).toBe(400);
    expect((await v2("system/security-settings/configure", set, bearer)).status).toBe(204);
    const answer = await call("/callosum/v1/session/isactive", { headers: { origin: partner } });
    expect(answer.headers.get("access-control-allow-origin")).toBe(partner);
    const found = await (await v2("system/security-settings/search", {}, bearer)).json();
    expect(found.cluster_preferences).toMatchObject(set.cluster_preferences);
    expect(found.org_preferences).toContainEqual({
      org: { id: 1, name: "Partners" },
      cors_whitelisted_urls: [partner],
      trusted_auth_status: "DISABLED",
    });
    // Without a scheme, https is meant.
    expect((await call("/")).headers.get("content-security-policy")).toMatch(
      /frame-ancestors 'self' https:\/\/portal\./,
    );
  });

  test("an org's own CORS list takes the place of the cluster's for its people, and others inherit", async () => {
    const { v2, key, admin, call } = trial();
    const partner = "https://partner.example.com";
    const configure = async (org_preferences: object[]) =>
      v2("system/security-settings/configure", { org_preferences }, await admin());
    const allowed = async (bearer: string, origin: string) =>
      (
        await call("/callosum/v1/session/isactive", { headers: { origin, authorization: `Bearer ${bearer}` } })
      ).headers.get("access-control-allow-origin") === origin;
    const made = await v2("auth/token/full", { username: "p.partner@portico.example", secret_key: key, org_id: 1 });
    const paula = (await made.json()).token;
    const anna = (await (await v2("auth/token/full", base(key))).json()).token;
    expect(await allowed(paula, portal)).toBe(true);
    await configure([{ org_identifier: "Partners", cors_whitelisted_urls: [partner] }]);
    expect([await allowed(paula, partner), await allowed(paula, portal)]).toEqual([true, false]);
    expect([await allowed(anna, partner), await allowed(anna, portal)]).toEqual([false, true]);
  });

  test("force-logout ends the sessions of the users named, and no others", async () => {
    const { v2, admin, token, postForm, call, v1Token } = trial();
    const signedIn = async (user: string) => {
      const login = await postForm("/callosum/v1/session/login/token", { auth_token: await v1Token(user) });
      const cookie = login.headers.getSetCookie().join("; ");
      return async () => (await call("/callosum/v1/session/isactive", { headers: { cookie } })).status;
    };
    const [anna, victor] = [await signedIn(analyst), await signedIn(viewer)];
    const named = { user_identifiers: [analyst] };
    expect((await v2("users/force-logout", named, await token(viewer))).status).toBe(403);
    expect((await v2("users/force-logout", named, await admin())).status).toBe(204);
    expect([await anna(), await victor()]).toEqual([401, 204]);
    expect((await v2("users/force-logout", {}, await admin())).status).toBe(204);
    expect(await victor()).toBe(401);
  });

  test("users come in the order that is asked for", async () => {
    const { v2, admin } = trial();
    const sort_options = { field_name: "DISPLAY_NAME", order: "DESC" };
    const users = await (await v2("users/search", { sort_options, record_size: -1 }, await admin())).json();
    const names = (users as { display_name: string }[]).map((user) => user.display_name);
    expect(names).toEqual([...names].sort((left, right) => right.localeCompare(left, "en")));
  });

  test("metadata is searched by everything that the schema names", async () => {
    const { v2, admin } = trial();
    const bearer = await admin();
    const find = async (body: object) =>
      (
        (await (
          await v2("metadata/search", { metadata: [{ type: "ANSWER" }], record_size: -1, ...body }, bearer)
        ).json()) as { metadata_name: string }[]
      ).map((entry) => entry.metadata_name);
    const everything = ["Renewals by industry", "Open value by stage", "Orders by territory"];
    const [renewals = "", ...others] = everything;
    expect(await find({})).toEqual(everything);
    expect(await find({ exclude_objects: [{ identifier: renewals, type: "ANSWER" }] })).toEqual(others);
    expect(await find({ exclude_objects: [{ identifier: renewals, type: "LIVEBOARD" }] })).toEqual(everything);
    expect(await find({ created_by_user_identifiers: ["tsadmin"] })).toEqual(everything);
    expect(await find({ created_by_user_identifiers: [analyst] })).toEqual([]);
    expect(await find({ tag_identifiers: ["Quarterly"] })).toEqual([]);
    expect(await find({ sort_options: { field_name: "NAME", order: "DESC" } })).toEqual(
      [...everything].sort().reverse(),
    );
    expect(await find({ metadata: [{ type: "COLLECTION" }] })).toEqual([]);
    expect(await find({ metadata: [{ type: "USER_GROUP" }] })).toContain("analysts");
    const models = await v2(
      "metadata/search",
      { metadata: [{ identifier: territories }], include_dependent_objects: true, dependent_object_version: "V2" },
      bearer,
    );
    expect((await models.json())[0].dependent_objects).toMatchObject({
      areInaccessibleDependentsReturned: false,
      dependents: { [territories]: { PINBOARD_ANSWER_BOOK: [{ name: "Revenue by territory" }] } },
    });
  });

  test.each([
    ["sort_options", { field_name: "AGE" }],
    ["sort_options", { field_name: "NAME", order: "UP" }],
    ["dependent_object_version", "V3"],
    ["exclude_objects", [{ identifier: "x" }]],
    ["metadata", [{ type: "PINBOARD" }]],
  ])("metadata with %s %j is refused", async (field, value) => {
    const { v2, admin } = trial();
    expect((await v2("metadata/search", { [field]: value }, await admin())).status).toBe(400);
  });

  test("the system tells its release, to those who may know", async () => {
    const { call, token, admin } = trial();
    const ask = async (bearer: string) =>
      call("/api/rest/2.0/system", { headers: { authorization: `Bearer ${bearer}` } });
    expect((await ask(await token(analyst))).status).toBe(403);
    expect(await (await ask(await admin())).json()).toMatchObject({
      release_version: "26.8.0.cl",
      id: "sandbox-cluster",
    });
  });

  test("from 26.11 on an org is named by org_identifier; before, the field is not known", async () => {
    const { v2, faults } = trial();
    const org = async (more: object) =>
      (await (await v2("auth/token/full", { username: "tsadmin", password: "admin", ...more })).json()).scope.org_id;
    expect(await org({ org_identifier: "Partners" })).toBe(0);
    await faults({ switches: { release: "26.11.0.cl" } });
    expect(await org({ org_identifier: "Partners" })).toBe(1);
    expect(await org({ org_identifier: "1" })).toBe(1);
    // Deprecated, and still taken.
    expect(await org({ org_id: 1 })).toBe(1);
    expect(await org({ org_id: 0, org_identifier: "Partners" })).toBe(1);
  });

  test("from 26.11 on a login leads on to a listed address, unless told not to", async () => {
    const { v2, faults } = trial();
    const login = async (more: object) => {
      const answer = await v2("auth/session/login", { username: "tsadmin", password: "admin", ...more });
      return [answer.status, answer.headers.get("location"), answer.headers.getSetCookie().length > 0];
    };
    const redirect_url = `${portal}/back`;
    expect(await login({ redirect_url })).toEqual([204, null, true]);
    await faults({ switches: { release: "26.11.0.cl" } });
    expect(await login({ redirect_url })).toEqual([302, redirect_url, true]);
    expect(await login({ redirect_url, no_url_redirection: true })).toEqual([204, null, true]);
    expect(await login({})).toEqual([204, null, true]);
    expect(await login({ redirect_url: "https://evil.example" })).toEqual([400, null, false]);
  });

  test("with multi-factor authentication no password and no login by token opens a session", async () => {
    const { v2, key, faults, call, postForm, v1Token } = trial();
    const v1 = await v1Token(analyst);
    await faults({ switches: { multiFactor: true } });
    expect((await v2("auth/session/login", { username: "tsadmin", password: "admin" })).status).toBe(403);
    expect((await v2("auth/token/full", { username: "tsadmin", password: "admin" })).status).toBe(403);
    expect((await postForm("/callosum/v1/session/login/token", { auth_token: v1 })).status).toBe(403);
    expect(
      (await call(`/tspublic/v1/session/auth/token?username=${analyst}&auth_token=${v1}&redirect_url=%2F`)).status,
    ).toBe(403);
    expect((await v2("auth/token/full", base(key))).status).toBe(200);
  });

  test("metadata of a type that does not exist is refused, and so is revoking nothing", async () => {
    const { v2, token, call } = trial();
    const bearer = await token(analyst);
    expect((await v2("metadata/search", { metadata: [{ type: "PINBOARD" }] }, bearer)).status).toBe(400);
    const headers = { authorization: `Bearer ${bearer}` };
    expect((await call("/api/rest/2.0/auth/token/revoke", { method: "POST", headers })).status).toBe(400);
  });

  test("the state shows counts, never a token or key", async () => {
    const { key, call, token, v1Token } = trial();
    const tokens = [await token(analyst), await v1Token(analyst)];
    const text = await (await call("/sandbox/state")).text();
    expect(JSON.parse(text).tokensMinted).toEqual({ [`v2 full ${analyst}`]: 1, [`v1 ${analyst}`]: 1 });
    for (const secret of [key, ...tokens]) expect(text).not.toContain(secret);
  });

  test("anything else is not there", async () => {
    const { call, v2 } = trial();
    expect((await call("/callosum/v2/auth/token/fetch")).status).toBe(404);
    expect((await v2("auth/token/fetch", {})).status).toBe(404);
  });
});
