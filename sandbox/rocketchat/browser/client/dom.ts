/** Small building blocks of the client's view. Everything that people typed goes in as text, never as markup. */
import { session } from "./session";

type Child = Node | string | false | null | undefined;
type Attribute = string | boolean | null | undefined | ((event: never) => void);

/** An element; an attribute that starts with `on` is a listener. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, Attribute>> = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value as EventListener);
    else if (value !== undefined && value !== null && value !== false)
      element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const icons = {
  hash: "M8 3.75 6.75 16.25M13.25 3.75 12 16.25M4 7.75h12.5M3.5 12.25H16",
  list: "M7.5 5.5h9M7.5 10h9M7.5 14.5h9M3.75 5.5h.01M3.75 10h.01M3.75 14.5h.01",
  info: "M10 3.25a6.75 6.75 0 1 0 0 13.5 6.75 6.75 0 0 0 0-13.5M10 9.25v4M10 6.6v.1",
  send: "M3.75 9.5 16.5 3.75 12.5 16.5l-3-5.5zM9.5 11 16.5 3.75",
  close: "M5 5l10 10M15 5 5 15",
  people:
    "M7.5 9.5a2.75 2.75 0 1 0 0-5.5 2.75 2.75 0 0 0 0 5.5M2.75 16c.4-2.6 2.2-4 4.75-4s4.35 1.4 4.75 4M13 4.4a2.6 2.6 0 0 1 0 4.8M14.5 12.3c1.6.5 2.5 1.8 2.75 3.7",
  at: "M12.75 10a2.75 2.75 0 1 1-5.5 0 2.75 2.75 0 0 1 5.5 0M12.75 7.25v3.5a1.9 1.9 0 0 0 3.75 0V10a6.5 6.5 0 1 0-2.75 5.3",
  chart: "M4 16V9.5M8 16V5.5M12 16v-4M16 16V7.5",
  file: "M5 3.25h6.25L15 7v9.75H5zM11 3.5V7.25h3.75",
} as const;

export function icon(name: keyof typeof icons): SVGElement {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", icons[name]);
  svg.append(path);
  return svg;
}

const hues = ["a", "b", "c", "d"];
const hueOf = (name: string) =>
  hues[[...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 9973, 7) % hues.length];

export const avatar = (name: string, status: string | null, small: boolean): HTMLElement =>
  h(
    "span",
    { class: `avatar hue-${hueOf(name)}${small ? " small" : ""}`, "aria-hidden": "true" },
    name.slice(0, 2),
    status && h("span", { class: `presence ${status}` }),
  );

/** A number in the reader's digits. */
export const count = (value: number): string => value.toLocaleString([], { maximumFractionDigits: 0 });

export const time = (ts: number): string => new Date(ts).toLocaleTimeString([], { timeStyle: "short" });

export function dayOf(ts: number): string {
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(ts).setHours(0, 0, 0, 0)) / 86_400_000);
  if (days !== 0 && days !== 1)
    return new Date(ts).toLocaleDateString([], { weekday: "long", day: "numeric", month: "long" });
  const word = new Intl.RelativeTimeFormat([], { numeric: "auto" }).format(-days, "day");
  return word.charAt(0).toLocaleUpperCase() + word.slice(1);
}

/** Mentions and code in a message. */
export function rich(text: string): Child[] {
  return text.split(/((?<![\w.@-])@[0-9a-zA-Z\-_.]*[0-9a-zA-Z\-_]|`[^`]+`)/).map((part) => {
    if (part.startsWith("@")) {
      const mine = part.slice(1) === session.user?.username;
      return h("span", { class: mine ? "mention mine" : "mention" }, part);
    }
    return part.startsWith("`") ? h("code", {}, part.slice(1, -1)) : part;
  });
}
