import { isLocalhostName, isLoopbackHost, isLoopbackUrl } from "./loopback";

describe("not this machine", () => {
  test.each([
    "http://localhost.evil.example",
    "http://localhost@evil.example",
    "http://evil.example/localhost",
    "http://evil.example:127",
    "http://127.0.0.1.evil.example",
    "http://128.0.0.1",
    "http://0.0.0.0",
    "http://10.0.0.1",
    "http://[::2]",
    "http://[::ffff:10.0.0.1]",
    "http://notlocalhost",
    "http://my-localhost",
    "http://localhost, evil.example",
    "localhost",
    "/localhost",
    "",
  ])("%s", (address) => {
    expect(isLoopbackUrl(address)).toBe(false);
  });

  test.each(["127.0.0", "127.0.0.0.1", "127.0.0.256", "127.0.0.x", "127..0.1", "::1", "localhost:3000", ".localhost"])(
    "the host %s",
    (host) => {
      expect(isLoopbackHost(host)).toBe(false);
    },
  );
});

describe("this machine", () => {
  test.each([
    "http://localhost",
    "https://LOCALHOST:3000/path?query",
    "http://localhost.",
    "http://portal.localhost:3000",
    "http://a.b.localhost",
    "http://127.0.0.1:4000",
    "http://127.1",
    "http://127.255.255.254",
    "http://[::1]:3000",
    "http://[0:0:0:0:0:0:0:1]",
    "ws://chat.localhost:4002/websocket",
  ])("%s", (address) => {
    expect(isLoopbackUrl(address)).toBe(true);
    expect(isLoopbackUrl(new URL(address))).toBe(true);
  });
});

test("a name below localhost is told from an address of the machine", () => {
  expect(["localhost", "idp.localhost", "idp.localhost."].map(isLocalhostName)).toEqual([true, true, true]);
  expect(["127.0.0.1", "[::1]", "localhost.example"].map(isLocalhostName)).toEqual([false, false, false]);
});
