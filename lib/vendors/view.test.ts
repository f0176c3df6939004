import { isStart, isWhole, readView, searchWithView } from "./view";

test("a view survives its way through an address", () => {
  const view = {
    page: "K36--K53",
    filters: [
      { name: "Region & more", values: ["EMEA", "a=b", "ü, ö"] },
      { name: "W7A", values: ["h1;8D679D3711D3E4981000E787EC6DE8A4"] },
    ],
  };
  expect(readView(searchWithView("?other=1&page=old&filter.Gone=x", view))).toEqual(view);
  expect(searchWithView("?other=1&page=old&filter.Gone=x", { filters: [] })).toBe("?other=1");
  expect(searchWithView("", { filters: [] })).toBe("");
});

test("what is no view is none", () => {
  expect(isStart(readView("?utm_source=mail&theme=dark"))).toBe(true);
  expect(readView("?filter.=x&filter.A=&page=")).toEqual({ filters: [] });
  expect(readView(`?page=${"x".repeat(201)}&filter.A=${"x".repeat(201)}&filter.${"n".repeat(101)}=1`)).toEqual({
    filters: [],
  });
});

test.each(["%0d%0aX: y", "a%00b", "%E2%80%AEmoc.elpmaxe"])("%s in a view is ignored", (text) => {
  expect(readView(`?page=${text}&filter.A=${text}&filter.${text}=1`)).toEqual({ filters: [] });
});

test("a view has an end", () => {
  const many = Array.from({ length: 60 }, (_, at) => `filter.A=${at}&filter.F${at}=1`).join("&");
  const { filters } = readView(many);
  expect(filters).toHaveLength(20);
  expect(filters[0]?.values).toHaveLength(50);
});

test("what is left out of a view is told", () => {
  expect(isWhole("?page=1&filter.A=x&filter.A=x&filter.A=y&other=z")).toBe(true);
  expect(isWhole("")).toBe(true);
  expect(isWhole(`?${Array.from({ length: 51 }, (_, at) => `filter.A=${at}`).join("&")}`)).toBe(false);
  expect(isWhole("?page=1&page=2")).toBe(false);
  expect(isWhole("?filter.A=%00")).toBe(false);
});
