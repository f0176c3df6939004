/** What the framework itself is told: a name that gives a secret away stops the build. */

function load(): Record<string, unknown> {
  let config: Record<string, unknown> = {};
  jest.isolateModules(() => {
    config = require("../next.config.js");
  });
  return config;
}

test.each([
  "NEXT_PUBLIC_AUTH_SECRET",
  "NEXT_PUBLIC_THOUGHTSPOT_SECRET_KEY",
  "NEXT_PUBLIC_MICROSTRATEGY_SERVICE_PASSWORD",
  "NEXT_PUBLIC_ROCKETCHAT_SERVICE_TOKEN",
  "NEXT_PUBLIC_PORTAL_SEALING_KEYS",
])("%s stops the build, and its value is not repeated", (name) => {
  process.env[name] = "canary";
  try {
    expect(load).toThrow(`${name} would be sent to every browser`);
    expect(load).not.toThrow("canary");
  } finally {
    delete process.env[name];
  }
});

test("nobody is told what the portal runs on, and nothing fetches pictures for strangers", () => {
  process.env.NEXT_PUBLIC_SITE_NAME = "Portico";
  expect(load()).toMatchObject({ poweredByHeader: false, images: { unoptimized: true } });
  delete process.env.NEXT_PUBLIC_SITE_NAME;
});
