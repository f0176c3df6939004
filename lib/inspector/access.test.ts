/** Who may see how what opened. Refusals first. */
import type { PortalUser } from "@/lib/broker/user";
import { getConfig } from "@/lib/config/config";
import portal from "@/portal.config";
import { mayInspect, maySee } from "./access";

jest.mock("@/lib/config/config", () => ({
  ...jest.requireActual("@/lib/config/config"),
  getConfig: jest.fn(),
}));

const configured = (inspector: boolean, personas: boolean) =>
  jest
    .mocked(getConfig)
    .mockReturnValue({ ...jest.requireActual("@/lib/config/config").readConfig(process.env), inspector, personas });

const user = (id: string, groups: readonly string[] = [], persona = false): PortalUser => ({
  id,
  name: id,
  email: null,
  emailVerified: false,
  groups,
  claims: {},
  persona,
});
const theirs = { userId: "someone-else" };

test("where it is switched off, no one sees anything, administrators included", () => {
  configured(false, true);
  for (const one of [user("u"), user("a", portal.adminGroups), user("p", [], true)]) {
    expect(mayInspect(one)).toBe(false);
    expect(maySee(one, { userId: one.id })).toBe(false);
  }
});

test("a user sees their own openings and no one else's", () => {
  configured(true, false);
  expect(maySee(user("u"), theirs)).toBe(false);
  expect(maySee(user("u"), { userId: undefined })).toBe(false);
  expect(maySee(user("u"), { userId: "u" })).toBe(true);
});

test("a disabled user sees none", () => {
  configured(true, true);
  const [disabled = ""] = portal.disabledUsers;
  expect(maySee(user(disabled, [], true), { userId: disabled })).toBe(false);
});

test("a real user sees no one else's beside a sandbox", () => {
  configured(true, true);
  expect(maySee(user("u"), theirs)).toBe(false);
});

test("an administrator sees everyone's, and in a sandbox everyone does", () => {
  configured(true, false);
  expect(maySee(user("a", portal.adminGroups), theirs)).toBe(true);
  configured(true, true);
  expect(maySee(user("p", [], true), theirs)).toBe(true);
});
