/**
 * Row security as the vendor documents it: https://developers.thoughtspot.com/docs/abac-via-rls-variables
 * (read 21 August 2026). Through tokens and content alone, as a portal and its readers meet it.
 */
import { regions as worldRegions } from "../kit/world/sales";
import { liveboards } from "./content/liveboards";
import { analyst, revenueByTerritory, territories, trial, viewer } from "./testing";

const all = "TS_WILDCARD_ALL";
const none = "TS_WILDCARD_NONE";
const regions = worldRegions.map(({ name }) => name).sort();
const others = (...names: string[]) => regions.filter((name) => !names.includes(name));

function scene() {
  const { key, v2, post, postForm, token, v1Token, admin } = trial();
  const custom = (values: readonly string[] | undefined, more: object = {}) =>
    v2("auth/token/custom", {
      username: viewer,
      secret_key: key,
      auto_create: false,
      persist_option: "REPLACE",
      ...(values ? { variable_values: [{ name: "region_var", values }] } : {}),
      ...more,
    });
  const content = async (headers: Record<string, string>, search = "revenue by region") =>
    (await (await post("/app/content", { route: "/embed/answer", source: territories, search }, headers)).json())
      .html as string;
  const rows = (html: string) =>
    [...html.matchAll(/<th scope="row">([^<]+)</g)].flatMap(([, name]) => name ?? []).sort();
  /** The regions that a token shows, or the vendor's sentence when its query fails. */
  const shows = async (bearer: string) => {
    const html = await content({ authorization: `Bearer ${bearer}` });
    return /No values are assigned to some or all Formula Variables/.test(html) ? "refused" : rows(html);
  };
  const seen = async (user = viewer) => shows(await token(user));
  return { key, v2, post, postForm, v1Token, admin, custom, shows, seen, content, rows, token };
}

describe("a variable", () => {
  test("that never had a value makes the query fail", async () => {
    const { seen } = scene();
    expect(await seen()).toBe("refused");
  });

  test("fails every tile of a Liveboard, which opens nevertheless", async () => {
    const { post, token } = scene();
    const headers = { authorization: `Bearer ${await token(viewer)}` };
    const answer = await post("/app/content", { route: `/embed/viz/${revenueByTerritory}` }, headers);
    const { html } = (await answer.json()) as { html: string };
    expect(answer.status).toBe(200);
    const tiles = liveboards.find(({ id }) => id === revenueByTerritory)?.tabs.flatMap((tab) => tab.tiles) ?? [];
    expect(html.match(/No values are assigned/g)).toHaveLength(tiles.length);
    expect(html).not.toMatch(/Islands|East/);
  });

  test("with values keeps the rows with these values, in later sessions of every kind too", async () => {
    const { custom, shows, seen, postForm, v1Token, content, rows } = scene();
    const made = await (await custom(["Islands", "South"])).json();
    expect(await shows(made.token)).toEqual(["Islands", "South"]);
    expect(await seen()).toEqual(["Islands", "South"]);
    const login = await postForm("/callosum/v1/session/login/token", { auth_token: await v1Token(viewer) });
    expect(rows(await content({ cookie: login.headers.getSetCookie().join("; ") }))).toEqual(["Islands", "South"]);
  });

  test("takes effect when the token is made, not when it is used", async () => {
    const { custom, shows } = scene();
    const first = await (await custom(["Islands"])).json();
    await custom(["South"]);
    expect(await shows(first.token)).toEqual(["South"]);
  });

  test("replaced with an empty list keeps the values it had", async () => {
    const { custom, shows, seen } = scene();
    await custom(["Islands"]);
    const made = await (await custom([])).json();
    expect(await shows(made.token)).toEqual(["Islands"]);
    expect(await seen()).toEqual(["Islands"]);
  });

  test("is untouched by a token that says nothing of variables, and by RESET", async () => {
    const { custom, seen } = scene();
    await custom(["Islands"]);
    await custom(undefined);
    expect(await seen()).toEqual(["Islands"]);
    expect((await custom(undefined, { persist_option: "RESET" })).status).toBe(200);
    expect(await seen()).toEqual(["Islands"]);
  });

  test("appended to has both", async () => {
    const { custom, seen } = scene();
    await custom(["Islands"]);
    await custom(["South"], { persist_option: "APPEND" });
    expect(await seen()).toEqual(["Islands", "South"]);
  });

  test(`with ${all} shows every row, and with ${none} no query runs`, async () => {
    const { custom, seen } = scene();
    await custom([all]);
    expect(await seen()).toEqual(regions);
    await custom([none]);
    expect(await seen()).toBe("refused");
  });

  test.each(["NONE", "RESET"])("is refused with persist_option %s", async (persist_option) => {
    const { custom, seen } = scene();
    await custom(["Islands"]);
    expect((await custom(["South"], { persist_option })).status).toBe(400);
    expect(await seen()).toEqual(["Islands"]);
  });

  test("that does not exist is an error, and the request changes nothing", async () => {
    const { custom, seen } = scene();
    await custom(["Islands"]);
    const variable_values = [
      { name: "region_var", values: ["South"] },
      { name: "unknown_var", values: ["x"] },
    ];
    expect((await custom(undefined, { variable_values })).status).toBe(400);
    expect(await seen()).toEqual(["Islands"]);
  });

  test("is dropped by REPLACE when another one is named in its place", async () => {
    const { custom, v2, admin, seen } = scene();
    await custom(["Islands"]);
    const team = { type: "FORMULA_VARIABLE", name: "team_var", data_type: "VARCHAR" };
    expect((await v2("template/variables/create", team, await admin())).status).toBe(200);
    await custom(undefined, { variable_values: [{ name: "team_var", values: ["night"] }] });
    expect(await seen()).toBe("refused");
  });

  test("for one model leaves the other models alone", async () => {
    const { custom, seen } = scene();
    const objects = [{ type: "LOGICAL_TABLE", identifier: territories }];
    await custom(["Islands"], { objects });
    expect(await seen()).toEqual(["Islands"]);
    expect((await custom(["Islands"], { objects: [{ identifier: revenueByTerritory }] })).status).toBe(400);
  });

  test("does not bind administrators", async () => {
    const { seen } = scene();
    expect(await seen("tsadmin")).toEqual(regions);
  });
});

describe("values are reset by an administrator only", () => {
  const scopeOf = (user: string) => ({ org_identifier: "Primary", principal_type: "USER", principal_identifier: user });

  test("with an empty list, for one user", async () => {
    const { custom, v2, admin, seen } = scene();
    await custom(["Islands"]);
    const request = { operation: "REPLACE", variable_assignment: [{ assigned_values: [], ...scopeOf(viewer) }] };
    expect((await v2("template/variables/region_var/update-values", request, await admin())).status).toBe(204);
    expect(await seen()).toBe("refused");
    expect(await seen(analyst)).toEqual(["East"]);
  });

  test("for everyone with RESET, whatever the scope says", async () => {
    const { custom, v2, admin, seen } = scene();
    await custom(["Islands"]);
    const request = {
      variable_assignment: [{ variable_identifier: "region_var", variable_values: [], operation: "RESET" }],
      variable_value_scope: [scopeOf(viewer)],
    };
    expect((await v2("template/variables/update-values", request, await admin())).status).toBe(204);
    expect([await seen(), await seen(analyst)]).toEqual(["refused", "refused"]);
  });

  test("and by no one else", async () => {
    const { v2, token } = scene();
    for (const path of ["search", "create", "delete", "update-values", "region_var/update-values"])
      expect((await v2(`template/variables/${path}`, {}, await token(viewer))).status).toBe(403);
  });
});

test("users/search returns values on request only, by org and model", async () => {
  const { custom, v2, admin } = scene();
  await custom(["Islands"]);
  const find = async (more: object) =>
    (await (await v2("users/search", { user_identifier: viewer, ...more }, await admin())).json())[0].variable_values;
  expect(await find({})).toBeNull();
  expect(await find({ include_variable_values: true })).toEqual({
    0: { ALL: { variable_values: [{ name: "region_var", values: ["Islands"] }] } },
  });
});

test("variables/search shows values on request only, with whose they are", async () => {
  const { v2, admin } = scene();
  const find = async (body: object) => (await v2("template/variables/search", body, await admin())).json();
  expect(await find({})).toMatchObject([{ name: "region_var", values: [] }]);
  expect(await find({ response_content: "METADATA_AND_VALUES" })).toMatchObject([
    { values: [{ value_list: ["East"], org_identifier: "Primary", principal_identifier: analyst }] },
  ]);
});

describe("filter rules, the older way", () => {
  const rule = (operator: string, values: readonly (string | number)[], column_name = "Region") => ({
    filter_rules: [{ column_name, operator, values }],
    persist_option: "NONE",
  });

  test.each<[string, readonly string[], string[]]>([
    ["IN", ["Islands", "South"], ["Islands", "South"]],
    ["EQ", ["Islands"], ["Islands"]],
    ["NE", ["Islands"], others("Islands")],
    ["NOT_IN", ["Islands", "South"], others("Islands", "South")],
    ["BEGINS_WITH", ["E"], ["East"]],
    ["ENDS_WITH", ["ST"], ["East", "West"]],
    ["CONTAINS", ["OUT"], ["South"]],
    ["LIKE", ["%RT%"], ["North"]],
  ])("obey their operator %s %p", async (operator, values, expected) => {
    const { custom, shows } = scene();
    await custom([all]);
    const made = await (await custom(undefined, rule(operator, values))).json();
    expect(await shows(made.token)).toEqual(expected);
  });

  test("with an operator that does not exist are refused", async () => {
    const { custom } = scene();
    expect((await custom(undefined, rule("IS", ["Islands"]))).status).toBe(400);
  });

  test("find their column whatever its letter case", async () => {
    const { custom, shows } = scene();
    await custom([all]);
    expect(await shows((await (await custom(undefined, rule("IN", ["Islands"], "region"))).json()).token)).toEqual([
      "Islands",
    ]);
  });

  test("with NONE hold for that token and the session that it opens, and for nothing later", async () => {
    const { custom, seen, postForm, content, rows } = scene();
    await custom([all]);
    const made = await (await custom(undefined, rule("IN", ["Islands"]))).json();
    const login = await postForm("/callosum/v1/session/login/token", { auth_token: made.token });
    expect(rows(await content({ cookie: login.headers.getSetCookie().join("; ") }))).toEqual(["Islands"]);
    expect(await seen()).toEqual(regions);
  });

  test("that are kept hold for later tokens, until RESET", async () => {
    const { custom, seen } = scene();
    await custom([all]);
    await custom(undefined, { ...rule("IN", ["Islands"]), persist_option: "REPLACE" });
    expect(await seen()).toEqual(["Islands"]);
    await custom(undefined, { persist_option: "RESET" });
    expect(await seen()).toEqual(regions);
  });
});

test("Spotter's shares and the filter menus tell nothing of the rows that are not shown", async () => {
  const { custom, post, v2, token } = scene();
  await custom(["Islands"]);
  const headers = { authorization: `Bearer ${await token(viewer)}` };
  const question = { route: "/", source: territories, search: "revenue by region" };
  const said = (await (await post("/app/spotter", question, headers)).json()) as { text: string };
  expect(said.text).toMatch(/^Islands leads with [^%]*$/);
  const board = await post("/app/content", { route: `/embed/viz/${revenueByTerritory}` }, headers);
  expect(((await board.json()) as { html: string }).html).not.toMatch(/East|Central/);
  expect((await v2("users/search", {})).status).toBe(401);
});
