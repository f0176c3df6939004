import { randomBytes, randomUUID } from "node:crypto";
import { estimatedBits, estimatedKeyBits } from "./entropy";
import { secretVariable } from "./secret-variable";

const secret = secretVariable("AUTH_SECRET");

describe("a secret that can be guessed is refused", () => {
  test.each([
    "0123456789".repeat(4),
    "9876543210".repeat(4),
    "abcdefghijklmnopqrstuvwxyzabcdefghijkl",
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
    "abcabcabcabcabcabcabcabcabcabcabcabc",
    "a".repeat(40),
    "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbcccccccccccccccc",
    "0123456789abcdef0123456789abcdef",
    "00000000-0000-0000-0000-000000000000",
    "deadbeefdeadbeefdeadbeefdeadbeef",
    "qwertyuiopasdfghjklzxcvbnm1234567890",
    "passwordpasswordpasswordpassword",
    "PasswordpassWordPASSWORDpassword",
    "p4ssw0rd-p4ssw0rd-s3cr3t-s3cr3t-k3y!",
    "aA1!aA1!aA1!aA1!aA1!aA1!aA1!aA1!",
    "secretsecretsecretsecretsecretsecret",
    "changeme-changeme-changeme-changeme",
    "this-is-a-very-long-sample-secret-value",
    "thisisasecretthatislongerthan32characters",
    "ThisIsMySuperSecretKeyForTheProductionPortal2024",
    "my super secret key for development only!!",
    "please generate a random secret with openssl rand",
    "You must set this to at least thirty two characters",
    "NEXTAUTH_SECRET_goes_here_in_production",
    "portico-production-auth-secret-2026-november",
    "correct-horse-battery-staple-purple-monkey",
    "the quick brown fox jumps over the lazy dog",
    "Lorem ipsum dolor sit amet consectetur",
    Buffer.from("this-is-a-very-long-sample-secret-value").toString("base64"),
    Buffer.from("this-is-a-very-long-sample-secret-value").toString("base64url"),
    Buffer.from("this-is-a-very-long-sample-secret-value").toString("hex"),
    Buffer.from(Buffer.from("change-me-before-production-please").toString("base64")).toString("base64"),
  ])("%s", (value) => {
    expect(secret.safeParse(value).error?.issues.map(({ message }) => message)).toEqual([
      "AUTH_SECRET can be guessed, since it is made of words, sequences or repetitions: make one with `openssl rand -base64 33`.",
    ]);
  });
});

describe("a random secret is never refused", () => {
  const lowest = (times: number, make: () => string) =>
    Math.min(...Array.from({ length: times }, () => estimatedBits(make())));

  test.each<[string, number, () => string]>([
    ["openssl rand -hex 16", 128, () => randomBytes(16).toString("hex")],
    ["the same in capitals", 128, () => randomBytes(16).toString("hex").toUpperCase()],
    ["openssl rand -base64 24", 192, () => randomBytes(24).toString("base64")],
    ["openssl rand -hex 32", 256, () => randomBytes(32).toString("hex")],
    ["openssl rand -base64 32", 256, () => randomBytes(32).toString("base64")],
    ["openssl rand -base64 33", 264, () => randomBytes(33).toString("base64")],
    ["48 bytes of base64url, as the portal makes them", 384, () => randomBytes(48).toString("base64url")],
    ["a random UUID", 122, () => randomUUID()],
  ])("%s", (_what, bits, make) => {
    // Far above the line, so that no draw of the tests or of anyone else comes near it.
    expect(lowest(500, make)).toBeGreaterThan(bits === 128 ? 100 : 125);
    expect(secret.safeParse(make()).success).toBe(true);
  });

  test("nor a random key", () => {
    const keys = Array.from({ length: 2_000 }, () => estimatedKeyBits(randomBytes(32)));
    expect(Math.min(...keys)).toBeGreaterThan(220);
  });
});

test("what is random in part counts in part", () => {
  const half = randomBytes(8).toString("hex");
  expect(estimatedBits(half + half)).toBeLessThan(80);
  expect(estimatedBits(`portal-secret-${half.slice(0, 8)}`)).toBeLessThan(100);
});
