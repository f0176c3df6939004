/**
 * `node scripts/icons.mjs`: draws public/favicon.ico and public/apple-touch-icon.png from app/icon.svg. Run it by hand
 * after a change of the icon; what browsers take by name only is committed.
 */
import { readFileSync, writeFileSync } from "node:fs";
import sharp from "sharp";
import { inside } from "./lib/paths.mjs";

const [ink, canvas] = ["#18181b", "#ffffff"];
// Both pictures are drawn once for light and dark surroundings, so they bring their own background.
const path = /<path d="([^"]+)"/.exec(readFileSync(inside("app/icon.svg"), "utf8"))?.[1];
if (!path) throw new Error("app/icon.svg has no path");

/** @param {number} size in pixels @param {{ margin: number, radius: number }} shape in parts of the icon's own 20 units */
function draw(size, { margin, radius }) {
  const side = 20 + 2 * margin;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="${-margin} ${-margin} ${side} ${side}"><rect x="${-margin}" y="${-margin}" width="${side}" height="${side}" rx="${radius}" fill="${canvas}"/><path fill="${ink}" d="${path}"/></svg>`;
  return sharp(Buffer.from(svg)).png({ compressionLevel: 9 }).toBuffer();
}

/** An icon file of PNG pictures, each at most 256 pixels wide. @param {{ size: number, png: Buffer }[]} pictures */
function icoFile(pictures) {
  const head = Buffer.alloc(6 + 16 * pictures.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(pictures.length, 4);
  let offset = head.length;
  for (const [index, { size, png }] of pictures.entries()) {
    const at = 6 + 16 * index;
    head.writeUInt8(size % 256, at);
    head.writeUInt8(size % 256, at + 1);
    head.writeUInt16LE(1, at + 4);
    head.writeUInt16LE(32, at + 6);
    head.writeUInt32LE(png.length, at + 8);
    head.writeUInt32LE(offset, at + 12);
    offset += png.length;
  }
  return Buffer.concat([head, ...pictures.map(({ png }) => png)]);
}

const tab = await Promise.all(
  [16, 32, 48].map(async (size) => ({ size, png: await draw(size, { margin: 1, radius: 4 }) })),
);
writeFileSync(inside("public/favicon.ico"), icoFile(tab));
writeFileSync(inside("public/apple-touch-icon.png"), await draw(180, { margin: 5, radius: 0 }));
