import { isSameSite } from "./same-site";

describe("two sites", () => {
  test.each([
    ["https://portal.customer.co.uk", "https://bi.vendor.co.uk"],
    ["https://portico.vercel.app", "https://chat.vercel.app"],
    ["https://one.github.io", "https://two.github.io"],
    ["https://customer.com.au", "https://vendor.com.au"],
    ["https://example.com", "https://example.org"],
    ["https://portal.example.com", "https://example.com.evil.example"],
    ["https://co.uk", "https://vendor.co.uk"],
    // Browsers resolve both to this machine, and still keep them apart.
    ["http://portal.localhost:3000", "http://chat.localhost:4002"],
    ["http://localhost:3000", "http://127.0.0.1:3000"],
    ["http://10.0.0.1", "http://10.0.0.2"],
    ["http://[::1]", "http://[::2]"],
    ["http://portal", "http://chat"],
    // "Schemeful same-site": cookies of one are third-party in the other.
    ["http://portal.example.com", "https://bi.example.com"],
  ])("%s and %s", (one, other) => {
    expect(isSameSite(one, other)).toBe(false);
    expect(isSameSite(other, one)).toBe(false);
  });
});

describe("one site", () => {
  test.each([
    ["https://portal.example.com", "https://bi.example.com"],
    ["https://example.com", "https://bi.emea.example.com:8443/MicroStrategyLibrary"],
    ["https://portal.customer.co.uk", "https://bi.customer.co.uk"],
    ["https://PORTAL.example.com", "https://bi.example.com."],
    ["http://localhost:3000", "http://localhost:4002"],
    ["http://portal:3000", "http://portal:4002"],
    ["http://10.0.0.1:3000", "http://10.0.0.1:4002"],
    ["http://[::1]:3000", "http://[::1]:4002"],
    ["https://portal.münchen.example", "https://bi.xn--mnchen-3ya.example"],
  ])("%s and %s", (one, other) => {
    expect(isSameSite(one, other)).toBe(true);
  });
});
