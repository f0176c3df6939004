import "server-only";
import { type ConfiguredVendor, configuredVendors } from "./configured";

/** The vendor whose pages live under an address such as `/dashboards`, or null. @param segment without the slash */
export function vendorByRoute(segment: string): ConfiguredVendor | null {
  return configuredVendors().find(({ vendor }) => vendor.route === `/${segment}`) ?? null;
}
