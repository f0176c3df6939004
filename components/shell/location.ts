/** The breadcrumb, title and item of a path. */
import type { ItemView, PortalView, SectionView } from "./portal-view";

export interface ShellLocation {
  readonly section?: SectionView;
  readonly item?: ItemView;
  /** The last word of the breadcrumb. */
  readonly title: string;
  /** The parts before it. */
  readonly parent?: string;
}

const others: Readonly<Record<string, ShellLocation>> = {
  "/": { title: "Home" },
  "/account/connections": { title: "Connections", parent: "Account" },
  "/admin": { title: "Admin" },
  "/admin/health": { title: "Health", parent: "Admin" },
  "/admin/audit": { title: "Audit", parent: "Admin" },
};

export function locationOf(path: string, view: PortalView): ShellLocation {
  const section = view.sections.find(({ route }) => path === route || path.startsWith(`${route}/`));
  const item = view.items.find(({ href }) => href === path);
  if (section && item) return { section, item, title: item.title };
  if (section) return { section, title: section.section };
  return others[path] ?? { title: "Page not found" };
}
