import { getConfig } from "@/lib/config/config";
import { configuredVendors, configureVendors } from "./configured";
import { vendors } from "./index";

jest.mock("@/lib/config/config", () => ({ ...jest.requireActual("@/lib/config/config"), getConfig: jest.fn() }));

test("a preview beside a real vendor shows that vendor alone: there is no sandbox to serve the others", () => {
  process.env.VERCEL_ENV = "preview";
  const [real] = vendors;
  Object.assign(process.env, real?.environment.sandbox());
  const here = { origin: "https://portico-abc.vercel.app", sandbox: true, sandboxMounted: false };
  jest.mocked(getConfig).mockReturnValue(here as unknown as ReturnType<typeof getConfig>);
  expect(configuredVendors().map(({ vendor, sandboxed }) => [vendor.id, sandboxed])).toEqual([[real?.id, false]]);
});

test("a vendor without a sandbox is hidden until its variables are set, and keeps no one from starting", () => {
  const [first] = vendors;
  const values = first?.environment.sandbox() ?? {};
  const sandbox = jest.spyOn(first?.environment ?? { sandbox: () => ({}) }, "sandbox").mockReturnValue({});
  const ids = (env: Record<string, string>) => configureVendors(env, true).map(({ vendor }) => vendor.id);
  expect(ids({})).toEqual(vendors.slice(1).map(({ id }) => id));
  expect(ids(values)).toContain(first?.id);
  sandbox.mockRestore();
});
