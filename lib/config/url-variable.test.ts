import { browserUrl, serverUrl, withoutTrailingSlash } from "./url-variable";

const sentenceOf = (schema: ReturnType<typeof serverUrl>, value: unknown) =>
  schema.safeParse(value).error?.issues.map(({ message }) => message);

const server = serverUrl("CHAT_INTERNAL_URL", "http://chat:3000");
const browser = browserUrl("CHAT_URL", "https://chat.example.com", "set it to the address people open Chat at");

test.each([
  "chat.example.com",
  "//chat.example.com",
  "ftp://chat.example.com",
  "javascript:alert(1)",
  "file:///etc/passwd",
  "https://",
  "https://user@chat.example.com",
  "https://user:pass@chat.example.com",
  "https://chat.example.com?x=1",
  "https://chat.example.com?",
  "https://chat.example.com/#room",
  "https://chat.example.com/#",
  "https://chat.example.com:port",
  "",
])("%s is no address to build on", (value) => {
  expect(sentenceOf(server, value)).toEqual([
    "CHAT_INTERNAL_URL must be an absolute http or https address such as http://chat:3000.",
  ]);
  expect(sentenceOf(browser, value)).toEqual([
    "CHAT_URL must be an absolute http or https address such as https://chat.example.com.",
  ]);
});

test("an address that is missing is told apart from one that is wrong", () => {
  expect(sentenceOf(browser, undefined)).toEqual(["CHAT_URL is missing: set it to the address people open Chat at."]);
  expect(sentenceOf(server, undefined)).toEqual(["CHAT_INTERNAL_URL is missing: set it, e.g. http://chat:3000."]);
});

test.each(["http://[::1]:3000", "https://[2001:db8::1]", "https://my_chat.example.com"])(
  "pages cannot be allowed to load %s, the server can",
  (value) => {
    expect(sentenceOf(browser, value)).toEqual([expect.stringMatching(/^CHAT_URL must name a host by letters/)]);
    expect(server.parse(value)).toBe(value);
  },
);

test("an address stays as it is written", () => {
  for (const value of ["https://login.example.com/", "https://login.example.com/realms/one", "http://10.0.0.5:8080/x"])
    expect([server.parse(value), browser.parse(value)]).toEqual([value, value]);
  expect(withoutTrailingSlash("https://bi.example.com/Library//")).toBe("https://bi.example.com/Library");
});
