import { htmlPage } from "./page";

test("a page's values stay data, whatever they hold", () => {
  const hostile = '</script><script>alert("1")</script>\u2028';
  const page = htmlPage({
    title: hostile,
    body: "",
    attributes: { "data-sandbox-user": hostile },
    data: { boot: { hostile } },
    scripts: [{ href: '/a.js"><b>' }],
  });
  expect(page.match(/<script/g)).toHaveLength(2);
  expect(page).not.toContain("<b>");
  const data = /<script type="application\/json" id="boot">(.*?)<\/script>/.exec(page)?.[1] ?? "";
  expect(JSON.parse(data)).toEqual({ hostile });
});

test("scripts come last and in their order, after the values that they read", () => {
  const page = htmlPage({
    title: "Page",
    body: "<main></main>",
    data: { boot: 1 },
    styles: [{ href: "/a.css" }, { text: "b{}" }],
    scripts: [{ href: "/a.js" }, { text: "b()" }],
  });
  const order = ['href="/a.css"', "b{}", "<main>", 'id="boot"', 'src="/a.js"', "b()"];
  expect(order.map((text) => page.indexOf(text))).toEqual(
    order.map((text) => page.indexOf(text)).sort((a, b) => a - b),
  );
  expect(order.every((text) => page.includes(text))).toBe(true);
});
