/** The official REST client against the sandbox, over HTTP, with the cases of its own data file that need no server state. */

import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { getRequestListener } from "@hono/node-server";
import {
  AuthenticationApi,
  createBasicConfig,
  createBearerAuthenticationConfig,
  GroupsApi,
  MetadataApi,
  SystemApi,
  UsersApi,
  VariableApi,
} from "@thoughtspot/rest-api-sdk";
import { analyst, customerHealth, salesPipeline, trial, viewer } from "./testing";

interface Case {
  readonly Metadata: { readonly operationId: string; readonly scenario: string; readonly testId: number };
  readonly Body: Record<string, unknown>;
}

const cases = JSON.parse(
  readFileSync(join(process.cwd(), "node_modules/@thoughtspot/rest-api-sdk/tests/testDataUpdated.json"), "utf8"),
) as Case[];
const of = (operation: string, scenario: string) =>
  cases.filter(({ Metadata }) => Metadata.operationId === operation && Metadata.scenario === scenario);

let server: Server;
let address: string;
const { sandbox, key, post } = trial();

beforeAll(async () => {
  server = createServer(getRequestListener((request, env) => sandbox.fetch(request, env)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(() => post("/sandbox/reset", {}));

const asAdmin = () => createBearerAuthenticationConfig(address, { username: "tsadmin", password: "admin" });
const open = () => new AuthenticationApi(createBasicConfig(address));

describe("refusals reach the client as errors with their status", () => {
  test("no credential", async () => {
    await expect(open().getFullAccessToken({ username: analyst })).rejects.toMatchObject({ code: 400 });
  });
  test("wrong key", async () => {
    await expect(open().getFullAccessToken({ username: analyst, secret_key: "wrong" })).rejects.toMatchObject({
      code: 401,
      body: { error: { message: { code: 10097 } } },
    });
  });
  test("object not shared", async () => {
    await expect(
      open().getObjectAccessToken({ username: viewer, secret_key: key, object_id: salesPipeline }),
    ).rejects.toMatchObject({ code: 403 });
  });
  test("no session", async () => {
    await expect(open().getCurrentUserInfo()).rejects.toMatchObject({ code: 401 });
  });
});

describe("the client reads what it asks for", () => {
  test("tokens of every kind, and who they are for", async () => {
    const full = await open().getFullAccessToken({
      username: analyst,
      secret_key: key,
      auto_create: false,
      org_id: 0,
      validity_time_in_sec: 60,
    });
    expect(full).toMatchObject({ valid_for_username: analyst, scope: { access_type: "FULL" } });
    const object = await open().getObjectAccessToken({ username: analyst, secret_key: key, object_id: customerHealth });
    expect(object.scope).toMatchObject({ access_type: "REPORT_BOOK_VIEW", metadata_id: customerHealth });
    const custom = await open().getCustomAccessToken({
      username: analyst,
      secret_key: key,
      persist_option: "REPLACE",
      auto_create: false,
      variable_values: [{ name: "region_var", values: ["Islands"] }],
    });
    expect(custom.user.name).toBe(analyst);

    const mine = new AuthenticationApi(createBearerAuthenticationConfig(address, async () => full.token));
    expect(await mine.getCurrentUserInfo()).toMatchObject({ name: analyst, account_status: "ACTIVE" });
    expect((await mine.getCurrentUserToken()).token).toBe(full.token);
    expect(await mine.validateToken({ token: full.token })).toMatchObject({ token_type: "BEARER" });
    await mine.revokeToken({ user_identifier: analyst, token: full.token });
    await expect(mine.getCurrentUserInfo()).rejects.toMatchObject({ code: 401 });
  });

  test("users, metadata and security settings", async () => {
    const [user] = await new UsersApi(asAdmin()).searchUsers({ user_identifier: analyst });
    expect(user).toMatchObject({
      name: analyst,
      account_status: "ACTIVE",
      user_groups: expect.arrayContaining([expect.objectContaining({ name: "analysts" })]),
    });
    const [board] = await new MetadataApi(asAdmin()).searchMetadata({
      metadata: [{ type: "LIVEBOARD", identifier: customerHealth }],
    });
    expect(board?.metadata_name).toBe("Customer health");
    const settings = await new SystemApi(asAdmin()).searchSecuritySettings({ scope: "CLUSTER" });
    expect(settings.cluster_preferences?.cors_whitelisted_urls).toHaveLength(1);
  });
});

test("users, groups and variables are made, changed and removed by the client", async () => {
  const users = new UsersApi(asAdmin());
  const groups = new GroupsApi(asAdmin());
  const variables = new VariableApi(asAdmin());
  const group = await groups.createUserGroup({ name: "night-shift", display_name: "Night shift" });
  const user = await users.createUser({
    name: "n.new@portico.example",
    display_name: "Nina New",
    email: "n.new@portico.example",
    group_identifiers: [group.id ?? ""],
  });
  expect(user).toMatchObject({ account_status: "ACTIVE", user_groups: [{ name: "night-shift" }] });
  await users.updateUser(user.id ?? "", { account_status: "INACTIVE", operation: "REPLACE", group_identifiers: [] });
  const [changed] = await users.searchUsers({ user_identifier: user.name });
  expect(changed).toMatchObject({ account_status: "INACTIVE", user_groups: [] });
  await groups.updateUserGroup("night-shift", { user_identifiers: [user.id ?? ""], operation: "ADD" });
  const [found] = await groups.searchUserGroups({ group_identifier: "night-shift" });
  expect(found?.users).toEqual([{ id: user.id, name: user.name }]);
  await groups.deleteUserGroup("night-shift");
  await users.deleteUser(user.id ?? "");
  expect(await users.searchUsers({ user_identifier: user.name })).toEqual([]);

  const made = await variables.createVariable({ type: "FORMULA_VARIABLE", name: "team_var", data_type: "VARCHAR" });
  expect(made).toMatchObject({ name: "team_var", variable_type: "FORMULA_VARIABLE", values: [] });
  const names = async () => (await variables.searchVariables({})).map((variable) => variable.name);
  expect(await names()).toEqual(["region_var", "team_var"]);
  await variables.deleteVariable(made.id ?? "");
  expect(await names()).toEqual(["region_var"]);
  expect(await new SystemApi(asAdmin()).getSystemInformation()).toMatchObject({ release_version: "26.8.0.cl" });
});

test("security settings are set and read back by the client", async () => {
  const system = new SystemApi(asAdmin());
  await system.configureSecuritySettings({
    cluster_preferences: { enable_partitioned_cookies: true, cors_whitelisted_urls: ["https://portal.example.com"] },
    org_preferences: [{ org_identifier: "Partners", cors_whitelisted_urls: ["https://partner.example.com"] }],
  });
  const { cluster_preferences, org_preferences } = await system.searchSecuritySettings({});
  expect(cluster_preferences).toMatchObject({ enable_partitioned_cookies: true });
  expect(org_preferences?.map((entry) => entry.cors_whitelisted_urls)).toContainEqual(["https://partner.example.com"]);
});

describe("the client's own data", () => {
  const auth = () => new AuthenticationApi(asAdmin());
  const run: Record<string, (body: never) => Promise<unknown>> = {
    getFullAccessToken: (body) => open().getFullAccessToken(body),
    getObjectAccessToken: (body) => open().getObjectAccessToken(body),
    login: (body) => auth().login(body),
    revokeToken: (body) => auth().revokeToken(body),
    searchUsers: (body) => new UsersApi(asAdmin()).searchUsers(body),
  };
  const rows = (scenario: string) =>
    Object.keys(run).flatMap((operation) =>
      of(operation, scenario).map((entry) => [operation, entry.Metadata.testId, entry.Body] as const),
    );

  // Of the refused user searches only these are wrong as the client sends them; the others were refused for what the
  // vendor's own test server lacked.
  const wrongSearches = [797, 801, 807];

  test.each(rows("negative").filter(([operation, id]) => operation !== "searchUsers" || wrongSearches.includes(id)))(
    "%s %i is refused",
    async (operation, _, body) => {
      await expect(run[operation]?.(body as never)).rejects.toBeInstanceOf(Error);
    },
  );
  test.each(rows("positive"))("%s %i is answered", async (operation, _, body) => {
    await expect(Promise.resolve(run[operation]?.(body as never)).then(() => "answered")).resolves.toBe("answered");
  });
});
