/** Makes elements, and writes figures the way the pages show them. */

const svgTags = ["svg", "g", "path", "line", "rect", "circle", "text", "polyline", "title"];

type Attribute = string | number | boolean | null | undefined | ((event: never) => void);
export type Child = Node | string | number | null | undefined | false | readonly Child[];

/** Makes an element: `el("p", { class: "x" }, "text", child)`. A function as attribute listens to the event of its name. */
export function el(tag: string, attributes: Readonly<Record<string, Attribute>> = {}, ...children: Child[]) {
  const node = (
    svgTags.includes(tag) ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag)
  ) as HTMLElement;
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value as EventListener);
    else if (value !== undefined && value !== null && value !== false)
      node.setAttribute(name, value === true ? "" : String(value));
  }
  append(node, children);
  return node;
}

export function append(node: Element, child: Child): void {
  if (Array.isArray(child)) for (const one of child as readonly Child[]) append(node, one);
  else if (child !== undefined && child !== null && child !== false)
    node.append(child instanceof Node ? child : String(child));
}

/** Puts children in the place of what an element has. */
export function fill(node: Element, ...children: Child[]): void {
  node.replaceChildren();
  append(node, children);
}

export const fixed = (value: number, digits: number) =>
  (Object.is(value, -0) ? 0 : value).toFixed(digits).replace("-", "\u2212");
export const grouped = (value: number) => Math.round(value).toLocaleString("en-GB");
/** As wide as a key figure allows: 628.1k, 1.91M. */
export const short = (value: number, suffix: string, digits: number) =>
  suffix === "k" && value >= 1000 ? `${fixed(value / 1000, 2)}M` : fixed(value, digits) + suffix;
export const signed = (value: number, digits: number) => (value >= 0 ? "+" : "") + fixed(value, digits);

export const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
export const longMonths = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

/** Calls paint with the element's width, now and whenever it changes. */
export function onWidth(node: Element, paint: (width: number) => void): void {
  let last = 0;
  new ResizeObserver(() => {
    const width = Math.floor(node.clientWidth);
    if (width <= 0 || width === last) return;
    last = width;
    paint(width);
  }).observe(node);
}
