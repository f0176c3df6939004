/**
 * Charts as SVG text, drawn for about the width they will have. Colours are classes (app.css), so
 * that a theme change needs no new drawing.
 */
import { escapeHtml } from "../../kit/html";
import type { Unit } from "./data";
import { number } from "./format";

export interface Series {
  readonly name: string;
  readonly values: readonly number[];
}

export interface ChartFrame {
  readonly labels: readonly string[];
  readonly series: readonly Series[];
  readonly unit: Unit | undefined;
  readonly locale: string;
  /** Units of the drawing, about the pixels it will have: text then keeps its size. */
  readonly width: number;
  /** The same upwards; a tile's usual height unless told. */
  readonly height?: number | undefined;
  /** Said by screen readers in place of the picture. */
  readonly summary: string;
}

const usualHeight = 236;

const round = (value: number) => Math.round(value * 10) / 10;

/** A round step that cuts a range into about four. */
function ticks(max: number, min = 0): number[] {
  const span = max - min || 1;
  const raw = span / 4;
  const magnitude = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 2.5, 5, 10].find((factor) => factor * magnitude >= raw) ?? 10) * magnitude;
  const start = Math.floor(min / step) * step;
  const list: number[] = [];
  for (let value = start; list.length === 0 || (list.at(-1) ?? 0) < max; value += step) list.push(round(value));
  return list;
}

const open = (width: number, height: number, summary: string) =>
  `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeHtml(summary)}" preserveAspectRatio="xMidYMid meet">`;

function axis(list: readonly number[], y: (value: number) => number, left: number, right: number, frame: ChartFrame) {
  return list
    .map(
      (tick) =>
        `<line class="grid" x1="${left}" x2="${right}" y1="${round(y(tick))}" y2="${round(y(tick))}"/>` +
        `<text class="axis" x="${left - 8}" y="${round(y(tick)) + 4}" text-anchor="end">${escapeHtml(number(tick, frame.unit, frame.locale))}</text>`,
    )
    .join("");
}

function bottomLabels(frame: ChartFrame, x: (index: number) => number, y: number, room: number): string {
  const every = Math.max(1, Math.ceil(frame.labels.length / Math.max(1, Math.floor(room / 40))));
  return frame.labels
    .map((label, index) =>
      index % every === 0 || frame.labels.length <= 6
        ? `<text class="axis" x="${round(x(index))}" y="${y}" text-anchor="middle">${escapeHtml(label)}</text>`
        : "",
    )
    .join("");
}

/** Bars side by side over a few labels, each series stacked on the one before. */
export function stackedBars(frame: ChartFrame): string {
  const { width } = frame;
  const height = frame.height ?? usualHeight;
  const left = 52;
  const bottom = height - 24;
  const totals = frame.labels.map((_, index) =>
    frame.series.reduce((sum, series) => sum + (series.values[index] ?? 0), 0),
  );
  const list = ticks(Math.max(...totals, 1));
  const top = list.at(-1) ?? 1;
  const y = (value: number) => bottom - (value / top) * (bottom - 10);
  const slot = (width - left - 4) / frame.labels.length;
  const bar = Math.min(34, slot * 0.42);
  const x = (index: number) => left + slot * (index + 0.5);
  const bars = frame.labels
    .map((label, index) => {
      let base = 0;
      return frame.series
        .map((series, at) => {
          const value = series.values[index] ?? 0;
          const from = y(base);
          base += value;
          const tall = Math.max(0, from - y(base) - (at > 0 ? 1 : 0));
          return `<rect class="s${at + 1}" x="${round(x(index) - bar / 2)}" y="${round(y(base))}" width="${round(bar)}" height="${round(tall)}" rx="2"><title>${escapeHtml(`${label}, ${series.name}: ${number(value, frame.unit, frame.locale)}`)}</title></rect>`;
        })
        .join("");
    })
    .join("");
  return `${open(width, height, frame.summary)}${axis(list, y, left, width - 4, frame)}${bars}${bottomLabels(frame, x, height - 6, width - left)}</svg>`;
}

/** One line per series; the last value is written at its end. */
export function lines(frame: ChartFrame): string {
  const { width } = frame;
  const height = frame.height ?? usualHeight;
  const left = 52;
  const right = width - 46;
  const bottom = height - 24;
  const all = frame.series.flatMap((series) => series.values);
  const low = Math.min(...all);
  const high = Math.max(...all, 1);
  const list = ticks(high, low > high * 0.4 ? low - (high - low) * 0.2 : 0);
  const floor = list[0] ?? 0;
  const top = list.at(-1) ?? 1;
  const y = (value: number) => bottom - ((value - floor) / (top - floor || 1)) * (bottom - 12);
  const x = (index: number) => left + ((right - left) * index) / Math.max(1, frame.labels.length - 1);
  const paths = frame.series
    .map((series, at) => {
      const points = series.values.map((value, index) => `${round(x(index))},${round(y(value))}`).join(" ");
      const end = series.values.length - 1;
      const last = series.values[end] ?? 0;
      return (
        `<polyline class="l${at + 1}" points="${points}"/>` +
        `<circle class="s${at + 1}" cx="${round(x(end))}" cy="${round(y(last))}" r="3"/>` +
        `<text class="end" x="${round(x(end)) + 8}" y="${round(y(last)) + 4}">${escapeHtml(number(last, frame.unit, frame.locale))}</text>`
      );
    })
    .join("");
  return `${open(width, height, frame.summary)}${axis(list, y, left, right, frame)}${paths}${bottomLabels(frame, x, height - 6, right - left)}</svg>`;
}

/** Lying bars with their label before and their value behind. */
export function lyingBars(frame: ChartFrame): string {
  const { width } = frame;
  const row = 29;
  const height = frame.labels.length * row + 4;
  const left = width < 400 ? 104 : 124;
  const right = width - 58;
  const values = frame.series[0]?.values ?? [];
  const max = Math.max(...values, 1);
  const bars = frame.labels
    .map((label, index) => {
      const value = values[index] ?? 0;
      const top = index * row + 8;
      return (
        `<text class="label" x="0" y="${top + 12}">${escapeHtml(label.length > 17 ? `${label.slice(0, 16)}…` : label)}</text>` +
        `<rect class="track" x="${left}" y="${top}" width="${right - left}" height="15" rx="2"/>` +
        `<rect class="s1" x="${left}" y="${top}" width="${round(((right - left) * value) / max)}" height="15" rx="2"><title>${escapeHtml(`${label}: ${number(value, frame.unit, frame.locale)}`)}</title></rect>` +
        `<text class="end" x="${width}" y="${top + 12}" text-anchor="end">${escapeHtml(number(value, frame.unit, frame.locale))}</text>`
      );
    })
    .join("");
  return `${open(width, height, frame.summary)}${bars}</svg>`;
}

/** The small curve of a figure. */
export function spark(values: readonly number[], summary: string): string {
  const [width, height] = [84, 34];
  const low = Math.min(...values);
  const span = Math.max(...values) - low || 1;
  const x = (index: number) => 2 + ((width - 6) * index) / Math.max(1, values.length - 1);
  const y = (value: number) => height - 4 - ((value - low) / span) * (height - 10);
  const points = values.map((value, index) => `${round(x(index))},${round(y(value))}`);
  const end = values.length - 1;
  return `${open(width, height, summary).replace("<svg", '<svg class="spark"')}<polygon class="area" points="2,${height} ${points.join(" ")} ${round(x(end))},${height}"/><polyline class="l1" points="${points.join(" ")}"/><circle class="s1" cx="${round(x(end))}" cy="${round(y(values[end] ?? low))}" r="2.5"/></svg>`;
}
