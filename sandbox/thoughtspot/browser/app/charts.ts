/** Draws the charts of a page or of an answer: their places hold their data (`content/pages.ts`). */
import { drawChart } from "../../../kit/browser/charts";
import type { ChartData } from "../../../kit/chart-data";
import { safeLocale } from "../../../kit/format";
import { state } from "./state";

export function drawCharts(within: Element): void {
  for (const place of within.querySelectorAll<HTMLElement>("[data-chart]"))
    drawChart(place, JSON.parse(place.dataset.chart ?? "") as ChartData, { locale: safeLocale(state.locale) });
}
