import { messageOf } from "./share-text";

const address = "https://portal.example/dashboards/sales-performance?page=K36--K53&filter.Region=West";
const view = { page: "K36--K53", filters: [{ name: "Region", values: ["West"] }] };
const saying = (sentence: string) => messageOf({ title: "Sales performance", view, address, sentence });

test("a message has the sentence, what is shared, and its address", () => {
  expect(saying(" West is\nover plan ")).toBe(`West is over plan\nSales performance, 1 filter: ${address}`);
  expect(saying("")).toBe(`Sales performance, 1 filter: ${address}`);
  expect(messageOf({ title: "Sales performance", view: { filters: [] }, address, sentence: "" })).toBe(
    `Sales performance: ${address}`,
  );
});

test("what was typed is sent as typed", () => {
  const typed = "@all see https://wiki.example/a_b and @anna, 3 < 4, *really*";
  expect(saying(typed).split("\n")[0]).toBe(typed);
});

test.each([
  ["a link behind other words", "[Sign in](https://evil.example)", "](https"],
  ["a link by reference", "[Sign in] [1]", "] ["],
  ["a picture", "![x](https://evil.example/x.png)", "](https"],
  ["a link in angle brackets", "<https://evil.example|Sign in>", "<https"],
  ["a script's address in angle brackets", "<javascript:alert(1)|x>", "<javascript"],
])("%s is shown as text", (_name, sentence, markup) => {
  expect(saying(sentence)).not.toContain(markup);
});

test("control characters and turned directions are gone", () => {
  const [line] = saying("a\u0000b\u202etxt.exe\u2066\r\nc").split("\n");
  expect(line).toBe("a btxt.exe c");
});

test.each(["@all", "@here", "#general", "Ask @anna", "[x](https://evil.example)"])(
  "a title such as %s mentions no one and links nowhere",
  (title) => {
    const message = messageOf({ title, view: { filters: [] }, address, sentence: "" });
    expect(message).not.toMatch(/[@#]\w|\]\(/);
    expect(message.replaceAll("\u200b", "")).toContain(title);
  },
);
