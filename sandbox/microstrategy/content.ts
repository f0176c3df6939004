/**
 * What is in the emulated Library: the MicroStrategy items of portal.config.ts, so that whatever a copier adds there
 * opens here, and a report, a document, a bot and a public dashboard beside them.
 */

import { everyone } from "@/lib/config/portal";
import portal from "@/portal.config";
import { guestAccount, type LibraryUser, objectId } from "./people";

export type ObjectKind = "dashboard" | "report" | "document" | "bot";

export interface LibraryObject {
  readonly id: string;
  readonly projectId: string;
  readonly kind: ObjectKind;
  readonly name: string;
  readonly description: string;
  /** Groups that may open it. */
  readonly open: readonly string[];
  /** Whether guests may open it too. */
  readonly isPublic: boolean;
}

export interface Project {
  readonly id: string;
  readonly name: string;
  readonly description: string;
}

/** What the child page tells the SDK it is (`pageType`), read in the SDK. */
export const pageTypes: Readonly<Record<ObjectKind | "library", string>> = {
  library: "libraryPage",
  dashboard: "dossierConsumptionPage",
  report: "reportConsumptionPage",
  document: "documentPage",
  bot: "botConsumptionPage",
};

const kinds: Readonly<Record<string, ObjectKind>> = {
  dashboard: "dashboard",
  report: "report",
  document: "document",
  bot: "bot",
};

const catalog: readonly LibraryObject[] = portal.items.flatMap((item) => {
  const kind = kinds[item.kind];
  const { projectId, objectId: id } = item.target;
  if (item.vendor !== "microstrategy" || !kind || !projectId || !id) return [];
  const isPublic = item.target.access === "public";
  return { id, projectId, kind, name: item.title, description: item.description, open: item.open, isPublic };
});

const retail = catalog[0]?.projectId ?? objectId("project:retail");

const extra = (kind: ObjectKind, id: string, name: string, description: string, isPublic = false): LibraryObject => ({
  id,
  projectId: retail,
  kind,
  name,
  description,
  open: [everyone],
  isPublic,
});

/** Objects that exist even when the catalog does not list them. */
const extras: readonly LibraryObject[] = [
  extra("report", "5F20A9C4E7B14D86913DC8604EBA7F52", "Orders by week", "Orders, value and returns, as a table"),
  extra("document", "93D1F6B05A2C4E7882E4B7C91D0A356F", "Board letter", "The month on two pages"),
  extra("bot", "C81E4B7D2F6A4953A07D9E36B5F1C824", "Ask retail", "Questions about sales in plain words"),
  extra(
    "dashboard",
    "64A7E3D8901B4F2CB5C60D7E2F9A1B83",
    "Store finder",
    "Services booked in every store, for everyone",
    true,
  ),
];

/** The catalog may list one object twice, e.g. with different filters; the Library has it once. */
export const objects: readonly LibraryObject[] = [...catalog, ...extras].filter(
  (one, index, all) => all.findIndex((other) => other.id === one.id) === index,
);

export const projects: readonly Project[] = [...new Set(objects.map((object) => object.projectId))].map(
  (id, index) => ({
    id,
    name: index === 0 ? "Retail" : `Project ${index + 1}`,
    description: index === 0 ? "Sales, stores and supply" : "Items of portal.config.ts",
  }),
);

export const findObject = (projectId: string, id: string): LibraryObject | undefined =>
  objects.find((one) => one.id === id.toUpperCase() && one.projectId === projectId.toUpperCase());

export const findProject = (id: string): Project | undefined => projects.find((one) => one.id === id.toUpperCase());

/** Whether a user may open an object. */
export function mayOpen(user: LibraryUser, object: LibraryObject): boolean {
  if (object.isPublic) return true;
  if (user.username === guestAccount) return false;
  return object.open.some((group) => group === everyone || user.groups.includes(group));
}
