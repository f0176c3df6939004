/**
 * Small drawn previews, 88 by 56. They show the kind of an item, not its data.
 * Tones: the vendor's hue, two lighter tints of it, and greys.
 */
import { cn } from "@/components/ui/cn";
import { hueOf, lookOf, type PreviewShape } from "./look";

type Tone = "hue" | "mid" | "soft" | "grey";

const tones: Record<Tone, string> = {
  hue: "fill-(--hue)",
  mid: "fill-(--hue) opacity-50",
  soft: "fill-(--hue) opacity-20",
  grey: "fill-active",
};

interface Bar {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
  readonly tone: Tone;
}

const bar = (x: number, y: number, w: number, h: number, tone: Tone): Bar => ({ x, y, w, h, tone });

const gridTones = "hsmhsmsh mshsmhsm hsmsshms smhsmshs".replaceAll(" ", "");
const toneOf: Record<string, Tone> = { h: "hue", m: "mid", s: "soft" };

/** Drawings made of bars only. */
const bars: Partial<Record<PreviewShape, readonly Bar[]>> = {
  grid: Array.from(gridTones, (tone, i) =>
    bar(12 + (i % 8) * 8.2, 10 + Math.floor(i / 8) * 9.4, 6.6, 7.6, toneOf[tone] ?? "soft"),
  ),
  ranking: [60, 46, 38, 28, 20].map((width, i) => bar(12, 9 + i * 8.4, width, 5, i === 0 ? "hue" : "soft")),
  bars: [18, 28, 22, 34, 26, 40, 30, 36].map((height, i) =>
    bar(12 + i * 8.4, 48 - height, 5.6, height, i === 5 ? "hue" : "soft"),
  ),
  table: [0, 1, 2, 3, 4].flatMap((row) => [
    bar(12, 9 + row * 8.6, 22, 3.6, "grey"),
    bar(42, 9 + row * 8.6, 14, 3.6, row === 2 ? "hue" : "soft"),
    bar(64, 9 + row * 8.6, 12, 3.6, "grey"),
  ]),
  messages: [
    bar(12, 9, 34, 8, "soft"),
    bar(12, 20, 48, 8, "grey"),
    bar(38, 31, 38, 8, "mid"),
    bar(12, 42, 28, 6, "soft"),
  ],
  tiles: [
    bar(12, 9, 18, 13, "grey"),
    bar(34, 9, 18, 13, "soft"),
    bar(56, 9, 20, 13, "grey"),
    bar(12, 27, 30, 20, "soft"),
    bar(47, 33, 5, 14, "mid"),
    bar(55, 29, 5, 18, "hue"),
    bar(63, 36, 5, 11, "mid"),
    bar(71, 31, 5, 16, "mid"),
  ],
  funnel: [64, 48, 34, 22, 14].map((width, i) =>
    bar(44 - width / 2, 9 + i * 8.4, width, 5.4, i === 4 ? "hue" : "soft"),
  ),
};

const trend = "M12 42 L22 36 L31 39 L41 30 L50 33 L60 22 L68 25 L76 13";
const dots = [
  [16, 43, 2],
  [24, 36, 2.4],
  [31, 40, 1.8],
  [37, 30, 3],
  [46, 33, 2.2],
  [52, 22, 4],
  [60, 27, 2.4],
  [66, 16, 3],
  [73, 21, 2],
] as const;

function Drawing({ shape }: { shape: PreviewShape }) {
  if (shape === "line" || shape === "area")
    return (
      <>
        {shape === "area" && <path d={`${trend} V48 H12 Z`} className="fill-(--hue) opacity-20" />}
        <path
          d="M12 44 L76 24"
          className="fill-none stroke-active"
          strokeWidth="1.5"
          vectorEffect="non-scaling-stroke"
        />
        <path
          d={trend}
          className="fill-none stroke-(--hue)"
          strokeWidth="1.75"
          strokeLinejoin="round"
          vectorEffect="non-scaling-stroke"
        />
      </>
    );
  if (shape === "dots")
    return dots.map(([x, y, r], i) => (
      <circle key={`${x} ${y}`} cx={x} cy={y} r={r} className={i === 5 ? tones.hue : tones.mid} />
    ));
  return bars[shape]?.map(({ x, y, w, h, tone }) => (
    <rect key={`${x} ${y}`} x={x} y={y} width={w} height={h} rx="1.2" className={tones[tone]} />
  ));
}

export interface PreviewProps {
  readonly vendor: string;
  readonly kind: string;
  /** Index of the kind's drawing. */
  readonly drawing: number;
  /** Dimmed when the item cannot be opened now. */
  readonly off?: boolean;
  /** Stretches to fill its container; round shapes keep their proportions. */
  readonly stretched?: boolean;
  readonly className?: string;
}

export function Preview({ vendor, kind, drawing, off, stretched, className }: PreviewProps) {
  const { previews } = lookOf(kind);
  const shape = previews[drawing % previews.length] ?? previews[0];
  return (
    <svg
      viewBox="0 0 88 56"
      preserveAspectRatio={stretched && shape !== "dots" ? "none" : undefined}
      aria-hidden="true"
      style={hueOf(vendor)}
      className={cn("bg-sunken", off && "opacity-50 grayscale", className)}
    >
      <Drawing shape={shape} />
    </svg>
  );
}
