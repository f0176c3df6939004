/** What stands in the way of a call, told apart with real connections where a machine alone can make them. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { request } from "undici";
import { obstacleOf, obstacleText } from "./unreachable";

const thrown = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (error: unknown) => error,
  );
const listen = (server: Pick<Server, "listen" | "address">) =>
  new Promise<number>((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });

test("nothing that listens is told apart from a server that speaks another protocol", async () => {
  const plain = createServer((_request, response) => response.end());
  const port = await listen(plain);
  expect(obstacleOf(await thrown(request(`https://127.0.0.1:${port}`)))).toBe("protocol");
  plain.closeAllConnections();
  await new Promise((resolve) => plain.close(resolve));
  expect(obstacleOf(await thrown(request(`http://127.0.0.1:${port}`)))).toBe("refused");

  const tls = createTlsServer();
  const address = `http://127.0.0.1:${await listen(tls as unknown as Server)}`;
  const obstacle = obstacleOf(await thrown(request(address)));
  expect(obstacle).toBe("closed");
  expect(obstacleText(obstacle, address, "ROCKETCHAT_URL").fix).toContain("begin ROCKETCHAT_URL with https:");
  await new Promise((resolve) => tls.close(resolve));
});

const withCode = (code: string) => new Error("fetch failed", { cause: Object.assign(new Error("x"), { code }) });

test.each([
  ["ENOTFOUND", "dns"],
  ["EAI_AGAIN", "dns"],
  ["ECONNREFUSED", "refused"],
  ["CERT_HAS_EXPIRED", "tls"],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", "tls"],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "tls"],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "tls"],
  ["ERR_SSL_WRONG_VERSION_NUMBER", "protocol"],
  ["HPE_INVALID_CONSTANT", "protocol"],
  ["UND_ERR_CONNECT_TIMEOUT", "timeout"],
  ["EHOSTUNREACH", "route"],
  ["UND_ERR_SOCKET", "closed"],
  ["SOMETHING_NEW", "unknown"],
])("%s is %s, in a sentence that names address and variable", (code, obstacle) => {
  expect(obstacleOf(withCode(code))).toBe(obstacle);
  const { detail, fix } = obstacleText(
    obstacleOf(withCode(code)),
    "https://bi.example.com:8443/x?token=canary",
    "X_URL",
  );
  expect(detail).toContain("bi.example.com");
  expect(`${detail} ${fix}`).toContain("X_URL");
  expect(`${detail} ${fix}`).not.toContain("canary");
});

test("an error without a code is unknown, and its message stays untold", () => {
  expect(obstacleOf(new Error("canary"))).toBe("unknown");
  expect(obstacleOf(undefined)).toBe("unknown");
});
