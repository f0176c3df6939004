/** Makes elements. Text goes in as text, never as markup. */

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

/** Calls paint with the element's inner size, now and whenever it changes. */
export function onSize(node: Element, paint: (width: number, height: number) => void): void {
  let last = "";
  new ResizeObserver(() => {
    const [width, height] = [Math.floor(node.clientWidth), Math.floor(node.clientHeight)];
    if (width <= 0 || height <= 0 || `${width} ${height}` === last) return;
    last = `${width} ${height}`;
    paint(width, height);
  }).observe(node);
}
