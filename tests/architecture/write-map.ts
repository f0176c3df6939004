/** `npm run map`: renews the map in ARCHITECTURE.md. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readGraph } from "./graph";
import { mapEnd, mapStart, renderMap } from "./map";

const root = process.cwd();
const path = join(root, "ARCHITECTURE.md");
const document = readFileSync(path, "utf8");
const [start, end] = [document.indexOf(mapStart), document.indexOf(mapEnd)];
if (start < 0 || end < start) throw new Error("ARCHITECTURE.md has no marks for the map");
writeFileSync(path, document.slice(0, start) + renderMap(root, readGraph(root)) + document.slice(end + mapEnd.length));
