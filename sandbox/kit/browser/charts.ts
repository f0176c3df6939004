/**
 * The charts of all products: drawn as large as their place, redrawn when it changes, and read with the pointer and with
 * the arrow keys alike. Colours are variables of the product's style sheet (`charts.css`).
 */
import type { ChartData, ChartSeries } from "../chart-data";
import { change, figure, tick } from "../format";
import { append, type Child, el, fill, onSize } from "./elements";

export interface ChartOptions {
  readonly locale: string;
  /** Bars that can be chosen are buttons. */
  onPick?(index: number): void;
  /** A click on a point of a line. */
  onPoint?(index: number): void;
}

const within = (low: number, value: number, high: number) => Math.max(low, Math.min(high, value));
const round = (value: number) => Math.round(value * 10) / 10;
const known = (values: ChartSeries["values"]) => values.filter((value) => value !== null);

/** A step of 1, 2, 2.5 or 5 times a power of ten, at least as large as asked. What is counted has no halves. */
function niceStep(raw: number, isCounted = false): number {
  const power = 10 ** Math.floor(Math.log10(raw));
  return (
    (isCounted ? [1, 2, 5, 10] : [1, 2, 2.5, 5, 10])
      .map((factor) => factor * power)
      .find((step) => step >= raw * 0.999) ?? raw
  );
}

/** The steps of an axis from `low` to `high`, the last one at or above `high`. Counts have no halves. */
function ticksOf(low: number, high: number, isCounted: boolean): number[] {
  const span = high - low || Math.abs(high) || 1;
  const step = Math.max(niceStep(span / 4, isCounted), isCounted ? 1 : 0);
  const start = Math.floor(low / step + 1e-9);
  const end = Math.max(start + 1, Math.ceil(high / step - 1e-9));
  return Array.from({ length: end - start + 1 }, (_, index) => Number(((start + index) * step).toPrecision(12)));
}

const isCounted = ({ unit }: ChartData) => unit === "count" || unit === "index" || unit === "days";

/** What a screen reader says in the picture's place. */
function spoken(data: ChartData, locale: string): string {
  const names = data.names ?? data.labels;
  const lists = data.series.map(({ name, values }) => {
    const figures = values.flatMap((value, index) =>
      value === null ? [] : `${names[index]} ${figure(value, data.unit, locale)}`,
    );
    return `${data.series.length > 1 ? `${name}: ` : ""}${figures.join(", ")}`;
  });
  return `${data.title}. ${lists.join(". ")}`;
}

/** The small window beside a point. Screen readers hear it. */
class Tip {
  readonly node = el("div", { class: "tip", hidden: true, role: "status" });

  show(holder: HTMLElement, x: number, y: number, children: Child): void {
    fill(this.node, children);
    this.node.hidden = false;
    const { offsetWidth, offsetHeight } = this.node;
    const right = x + 12 + offsetWidth <= holder.clientWidth ? x + 12 : x - 12 - offsetWidth;
    this.node.style.left = `${within(0, right, Math.max(0, holder.clientWidth - offsetWidth))}px`;
    this.node.style.top = `${within(0, y - offsetHeight / 2, Math.max(0, holder.clientHeight - offsetHeight))}px`;
  }

  hide(): void {
    this.node.hidden = true;
  }
}

/** Arrow keys, Home, End and Escape over `count` points; the pointer does the rest. */
function listenToKeys(holder: HTMLElement, count: number, from: () => number, show: (index: number | null) => void) {
  let at: number | null = null;
  const go = (index: number | null) => {
    at = index;
    show(index);
  };
  const steps: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
  holder.onkeydown = (event: KeyboardEvent) => {
    const step = steps[event.key];
    if (event.key === "Escape") return go(null);
    if (event.key === "Home") go(0);
    else if (event.key === "End") go(count - 1);
    else if (step) go(at === null ? from() : within(0, at + step, count - 1));
    else return;
    event.preventDefault();
  };
  holder.onfocus = () => go(at ?? from());
  holder.onblur = () => go(null);
  return go;
}

/** What a tooltip says of one point. */
function wordsOf(data: ChartData, index: number, locale: string): Child {
  const { series, unit, isPlanned } = data;
  const name = (data.names ?? data.labels)[index];
  const of = (value: number | null | undefined) =>
    value === null || value === undefined ? "" : figure(value, unit, locale);
  if (isPlanned) {
    const [value, plan] = [series[0]?.values[index] ?? null, series[1]?.values[index] ?? 0];
    const more = value === null ? "" : `, ${change((value / (plan ?? 1) - 1) * 100, "%", locale)}`;
    return [el("b", {}, `${name} ${of(value)}`.trim()), el("span", {}, `${series[1]?.name} ${of(plan)}${more}`)];
  }
  if (series.length === 1) return el("b", {}, `${name} ${of(series[0]?.values[index])}`);
  const sum = series.reduce((total, { values }) => total + (values[index] ?? 0), 0);
  return [
    el("b", {}, data.kind === "stack" ? `${name} ${figure(sum, unit, locale)}` : name),
    series.map(({ name: one, values }, at) =>
      el(
        "span",
        {},
        el("i", { class: `k${at + 1}${data.kind === "line" ? " dash" : ""}` }),
        `${one} ${of(values[index])}`,
      ),
    ),
  ];
}

interface Frame {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

function frameOf(width: number, height: number, ticks: readonly string[], ends: readonly string[]): Frame {
  const widest = (list: readonly string[]) => Math.max(0, ...list.map(({ length }) => length));
  return {
    width,
    height,
    left: widest(ticks) * 6.4 + 12,
    right: width - (ends.length ? widest(ends) * 7 + 14 : 16),
    top: 12,
    bottom: height - 24,
  };
}

function drawAxes(svg: Element, { left, right, bottom }: Frame, steps: readonly (readonly [string, number])[]) {
  for (const [text, y] of steps)
    append(svg, [
      el("line", { class: "grid-line", x1: left, x2: right, y1: round(y), y2: round(y) }),
      el("text", { class: "axis", x: left - 8, y: round(y) + 4, "text-anchor": "end" }, text),
    ]);
  append(svg, el("line", { class: "base-line", x1: left, x2: right, y1: bottom, y2: bottom }));
}

function drawLabels(svg: Element, labels: readonly string[], x: (index: number) => number, y: number, room: number) {
  const widest = Math.max(...labels.map(({ length }) => length)) * 6.6 + 10;
  const every = Math.max(1, Math.ceil((labels.length * widest) / Math.max(1, room)));
  for (const [index, label] of labels.entries())
    if (index % every === 0)
      append(svg, el("text", { class: "axis", x: round(x(index)), y, "text-anchor": "middle" }, label));
}

const newSvg = (width: number, height: number) =>
  el("svg", { viewBox: `0 0 ${width} ${height}`, width, height, "aria-hidden": "true" });

function pathOf(values: ChartSeries["values"], x: (index: number) => number, y: (value: number) => number): string {
  return values
    .map((value, index) => {
      if (value === null) return "";
      const isJoined = index > 0 && values[index - 1] !== null;
      return `${isJoined ? "L" : "M"}${round(x(index))} ${round(y(value))}`;
    })
    .join("");
}

/** The areas between actual and plan, as far as there are figures. */
function areas(data: ChartData, x: (index: number) => number, y: (value: number) => number): Child[] {
  const [actual, plan] = [data.series[0]?.values ?? [], data.series[1]?.values ?? []];
  return actual.slice(0, -1).flatMap((from, index) => {
    const [to, planFrom, planTo] = [actual[index + 1] ?? null, plan[index] ?? null, plan[index + 1] ?? null];
    if (from === null || to === null || planFrom === null || planTo === null) return [];
    const corners = [
      [index, from],
      [index + 1, to],
      [index + 1, planTo],
      [index, planFrom],
    ] as const;
    const d = `M${corners.map(([at, value]) => `${round(x(at))} ${round(y(value))}`).join("L")}Z`;
    return [el("path", { class: from + to >= planFrom + planTo ? "over" : "under", d })];
  });
}

/** Points of a chart over a common axis of labels: what the pointer and the keys move along. */
interface Plot {
  readonly svg: HTMLElement;
  x(index: number): number;
  /** The index under a pointer. */
  at(x: number): number;
  show(index: number | null): number;
}

function linePlot(data: ChartData, options: ChartOptions, width: number, height: number): Plot {
  const { series, labels, unit, isPlanned } = data;
  const { locale } = options;
  const all = series.flatMap(({ values }) => known(values));
  const [least, most] = [Math.min(...all), Math.max(...all)];
  // A line may start above zero, but never close to its own top: small changes would look large.
  const low = least > 0 && least > (most - least) * 1.5 ? least - (most - least) * 0.25 : Math.min(0, least);
  const ticks = ticksOf(low, most, isCounted(data));
  const last = series.map(({ values }) => values.findLastIndex((value) => value !== null));
  const ends = isPlanned ? [] : series.map(({ values }, at) => figure(values[last[at] ?? 0] ?? 0, unit, locale));
  const frame = frameOf(
    width,
    height,
    ticks.map((value) => tick(value, unit, locale)),
    ends,
  );
  const [floor, roof] = [ticks[0] ?? 0, ticks.at(-1) ?? 1];
  const x = (index: number) => frame.left + ((frame.right - frame.left) * index) / Math.max(1, labels.length - 1);
  const y = (value: number) => frame.bottom - ((value - floor) / (roof - floor || 1)) * (frame.bottom - frame.top);
  const svg = newSvg(width, height);
  drawAxes(
    svg,
    frame,
    ticks.map((value) => [tick(value, unit, locale), y(value)] as const),
  );
  drawLabels(svg, labels, x, height - 6, frame.right - frame.left);
  if (isPlanned) append(svg, areas(data, x, y));
  for (const [at, { values }] of [...series.entries()].reverse())
    append(
      svg,
      el("path", { class: isPlanned && at === 1 ? "line plan" : `line l${at + 1}`, d: pathOf(values, x, y) }),
    );
  // Labels at the ends keep out of each other's way.
  const heights = series.map(({ values }, at) => y(values[last[at] ?? 0] ?? 0));
  for (const [at, end] of ends.entries()) {
    const other = heights.find((one, index) => index < at && Math.abs(one - (heights[at] ?? 0)) < 14);
    const shift = other === undefined ? 0 : (heights[at] ?? 0) >= other ? 14 : -14;
    append(svg, el("text", { class: "end", x: x(last[at] ?? 0) + 8, y: round((heights[at] ?? 0) + 4 + shift) }, end));
  }
  for (const [at, { values }] of series.entries())
    if (!isPlanned || at === 0)
      append(
        svg,
        el("circle", {
          class: `dot s${at + 1} l${at + 1}`,
          cx: round(x(last[at] ?? 0)),
          cy: round(y(values[last[at] ?? 0] ?? 0)),
          r: 3,
        }),
      );
  const cross = el("line", { class: "cross", y1: frame.top, y2: frame.bottom, visibility: "hidden" });
  const spots = series.map((_, at) => el("circle", { class: `spot l${at + 1}`, r: 4, visibility: "hidden" }));
  append(svg, [cross, spots]);
  return {
    svg,
    x,
    at: (px) =>
      within(
        0,
        Math.round(((px - frame.left) / (frame.right - frame.left || 1)) * (labels.length - 1)),
        labels.length - 1,
      ),
    show(index) {
      cross.setAttribute("visibility", index === null ? "hidden" : "visible");
      for (const [at, spot] of spots.entries()) {
        const value = index === null || (isPlanned && at > 0) ? null : (series[at]?.values[index] ?? null);
        spot.setAttribute("visibility", value === null ? "hidden" : "visible");
        if (index !== null && value !== null) {
          spot.setAttribute("cx", String(x(index)));
          spot.setAttribute("cy", String(y(value)));
        }
      }
      if (index === null) return 0;
      for (const end of ["x1", "x2"]) cross.setAttribute(end, String(x(index)));
      return y(series.map(({ values }) => values[index] ?? null).find((value) => value !== null) ?? floor);
    },
  };
}

function stackPlot(data: ChartData, options: ChartOptions, width: number, height: number): Plot {
  const { series, labels, unit } = data;
  const { locale } = options;
  const sums = labels.map((_, index) => series.reduce((sum, { values }) => sum + (values[index] ?? 0), 0));
  const ticks = ticksOf(0, Math.max(...sums, 1), isCounted(data));
  const frame = frameOf(
    width,
    height,
    ticks.map((value) => tick(value, unit, locale)),
    [],
  );
  const roof = ticks.at(-1) ?? 1;
  const y = (value: number) => frame.bottom - (value / roof) * (frame.bottom - frame.top);
  const slot = (frame.right - frame.left) / labels.length;
  const bar = Math.min(44, slot * 0.58);
  const x = (index: number) => frame.left + slot * (index + 0.5);
  const svg = newSvg(width, height);
  drawAxes(
    svg,
    frame,
    ticks.map((value) => [tick(value, unit, locale), y(value)] as const),
  );
  drawLabels(svg, labels, x, height - 6, frame.right - frame.left);
  const columns = labels.map((_, index) => {
    let base = 0;
    const parts = series.map(({ values }, at) => {
      const from = y(base);
      base += values[index] ?? 0;
      const tall = Math.max(0, from - y(base) - (at > 0 ? 1 : 0));
      return el("rect", {
        class: `s${at + 1}`,
        x: round(x(index) - bar / 2),
        y: round(y(base)),
        width: round(bar),
        height: round(tall),
        rx: 2,
      });
    });
    return el("g", { class: "column" }, parts);
  });
  append(svg, columns);
  return {
    svg,
    x,
    at: (px) => within(0, Math.floor((px - frame.left) / (slot || 1)), labels.length - 1),
    show(index) {
      for (const [at, column] of columns.entries()) column.classList.toggle("dim", index !== null && at !== index);
      return index === null ? 0 : y(sums[index] ?? 0);
    },
  };
}

function sparkPlot(data: ChartData, _options: ChartOptions, width: number, height: number): Plot {
  const values = data.series[0]?.values ?? [];
  const all = known(values);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const x = (index: number) => 3 + ((width - 8) * index) / Math.max(1, values.length - 1);
  const y = (value: number) =>
    high === low ? height / 2 : height - 4 - ((value - low) / (high - low)) * (height - 10);
  const svg = newSvg(width, height);
  const end = values.findLastIndex((value) => value !== null);
  const line = pathOf(values, x, y);
  append(svg, [
    el("path", { class: "area", d: `${line}L${round(x(end))} ${height}L${x(0)} ${height}Z` }),
    el("path", { class: "line l1", d: line }),
  ]);
  const spot = el("circle", { class: "dot s1 l1", r: 2.5, cx: round(x(end)), cy: round(y(values[end] ?? low)) });
  append(svg, spot);
  return {
    svg,
    x,
    at: (px) => within(0, Math.round(((px - 3) / (width - 8)) * (values.length - 1)), values.length - 1),
    show(index) {
      const at = index ?? end;
      spot.setAttribute("cx", String(round(x(at))));
      spot.setAttribute("cy", String(round(y(values[at] ?? low))));
      return y(values[at] ?? low);
    },
  };
}

const plots = { line: linePlot, stack: stackPlot, spark: sparkPlot };

function drawPlot(holder: HTMLElement, data: ChartData & { kind: keyof typeof plots }, options: ChartOptions): void {
  const tip = new Tip();
  let plot: Plot | undefined;
  const start = Math.max(0, data.series[0]?.values.findLastIndex((value) => value !== null) ?? 0);
  const show = (index: number | null) => {
    if (!plot) return;
    const y = plot.show(index);
    if (index === null) tip.hide();
    else tip.show(holder, plot.x(index), y, wordsOf(data, index, options.locale));
  };
  const go = listenToKeys(holder, data.labels.length, () => start, show);
  const indexUnder = ({ clientX }: MouseEvent) => plot?.at(clientX - holder.getBoundingClientRect().left) ?? 0;
  holder.onpointermove = (event) => go(indexUnder(event));
  holder.onpointerleave = () => go(null);
  holder.onclick = (event) => options.onPoint?.(indexUnder(event));
  onSize(holder, (width, height) => {
    plot = plots[data.kind](data, options, width, height);
    fill(holder, plot.svg, tip.node);
    tip.hide();
  });
}

function drawBars(holder: HTMLElement, data: ChartData, options: ChartOptions): void {
  const { labels, unit, targets, chosen = [], series } = data;
  const { locale, onPick } = options;
  const values = series[0]?.values ?? [];
  const most = Math.max(...known(values), ...(targets ?? []), 0) * (targets ? 1.08 : 1) || 1;
  const sum = known(values).reduce((total, value) => total + value, 0);
  const tip = new Tip();
  const percent = (value: number) => `${within(0, (100 * value) / most, 100).toFixed(1)}%`;
  const words = (index: number): Child => {
    const value = values[index] ?? 0;
    const target = targets?.[index];
    const part = data.isWhole && sum ? figure((100 * value) / sum, "%", locale) : null;
    return [
      el("b", {}, `${(data.names ?? labels)[index]} ${figure(value, unit, locale)}`),
      target !== undefined && el("span", {}, `${data.targetName ?? "target"} ${figure(target, unit, locale)}`),
      part && el("span", {}, `${part} of all`),
    ];
  };
  const rows = labels.map((label, index) => {
    const text = figure(values[index] ?? 0, unit, locale);
    const isChosen = chosen.includes(index);
    const dim = chosen.length > 0 && !isChosen ? " dim" : "";
    const inner = [
      el("span", { class: "name" }, label),
      el(
        "span",
        { class: "track" },
        el("span", { class: "fill", style: `width:${percent(values[index] ?? 0)}` }),
        targets?.[index] !== undefined &&
          el("span", { class: "target", style: `left:${percent(targets[index] ?? 0)}` }),
      ),
      el("span", { class: "num" }, text),
    ];
    return onPick
      ? el(
          "button",
          { type: "button", class: `bar-row${dim}`, "aria-pressed": String(isChosen), click: () => onPick(index) },
          inner,
        )
      : el("div", { class: `bar-row${dim}` }, inner);
  });
  const show = (index: number | null) => {
    for (const [at, row] of rows.entries()) row.classList.toggle("here", at === index);
    const row = index === null ? undefined : rows[index];
    if (index === null || !row) return tip.hide();
    const track = row.querySelector<HTMLElement>(".track");
    const left = (track?.offsetLeft ?? 0) + ((track?.offsetWidth ?? 0) * (values[index] ?? 0)) / most;
    tip.show(holder, left, row.offsetTop + row.offsetHeight / 2, words(index));
  };
  for (const [index, row] of rows.entries()) {
    row.onpointerenter = () => show(index);
    if (onPick) row.onfocus = () => show(index);
    if (onPick) row.onblur = () => show(null);
  }
  holder.onpointerleave = () => show(null);
  if (!onPick) listenToKeys(holder, rows.length, () => 0, show);
  holder.classList.add("bars");
  holder.style.setProperty("--name", `${Math.min(17, Math.max(...labels.map(({ length }) => length))) + 1}ch`);
  holder.style.setProperty("--num", `${Math.max(...values.map((value) => figure(value ?? 0, unit, locale).length))}ch`);
  fill(holder, rows, tip.node);
}

/**
 * Draws a chart into its place, which has a size by its style sheet.
 *
 * @param holder an element of the class `chart`
 */
export function drawChart(holder: HTMLElement, data: ChartData, options: ChartOptions): void {
  holder.setAttribute("role", "group");
  holder.setAttribute("aria-roledescription", "chart");
  holder.setAttribute("aria-label", spoken(data, options.locale));
  if (data.kind === "bars") {
    if (!options.onPick) holder.tabIndex = 0;
    drawBars(holder, data, options);
  } else {
    holder.tabIndex = 0;
    drawPlot(holder, { ...data, kind: data.kind }, options);
  }
}

/** A decorative curve or row of columns, inside of what can be clicked: without a tooltip, without a stop for the keyboard. */
export function drawSpark(
  holder: HTMLElement,
  { values, isColumns = false }: { readonly values: readonly number[]; readonly isColumns?: boolean },
): void {
  onSize(holder, (width, height) => {
    if (!isColumns) {
      const data: ChartData = {
        kind: "spark",
        title: "",
        unit: "count",
        labels: values.map(String),
        series: [{ name: "", values }],
      };
      return fill(holder, sparkPlot(data, { locale: "en" }, width, height).svg);
    }
    const svg = newSvg(width, height);
    const slot = width / values.length;
    const most = Math.max(...values, 1e-9);
    for (const [index, value] of values.entries()) {
      const tall = Math.max(2, (value / most) * (height - 4));
      const size = { x: round(index * slot + slot * 0.2), width: round(slot * 0.6), y: round(height - tall) };
      append(svg, el("rect", { class: "s1 column", ...size, height: round(tall), rx: 2 }));
    }
    fill(holder, svg);
  });
}
