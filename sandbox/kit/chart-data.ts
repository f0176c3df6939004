/** What a chart of the sandbox shows: written by servers as JSON, drawn by `browser/charts.ts`. */
import type { Unit } from "./format";

export interface ChartSeries {
  readonly name: string;
  readonly values: readonly (number | null)[];
}

export interface ChartData {
  /** `spark` is a line without axes, as small as a figure. */
  readonly kind: "line" | "stack" | "bars" | "spark";
  readonly title: string;
  readonly unit: Unit;
  /** One per point, as the axis writes it. */
  readonly labels: readonly string[];
  /** The same as a tooltip writes it. */
  readonly names?: readonly string[];
  readonly series: readonly ChartSeries[];
  /** Lines: the second series is a plan, dashed, with the difference to the first. */
  readonly isPlanned?: boolean;
  /** Bars: a mark for each. */
  readonly targets?: readonly number[];
  readonly targetName?: string;
  /** Bars: those that are chosen; the others are dimmed. None when nothing is chosen. */
  readonly chosen?: readonly number[];
  /** Bars: whether the values are parts of a whole, so that a tooltip says which part. */
  readonly isWhole?: boolean;
}
