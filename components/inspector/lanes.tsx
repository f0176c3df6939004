/** The lanes of a sequence: their names above, and the line of one hop between them. */
import { cn } from "@/components/ui/cn";
import type { HopView, LaneView } from "@/lib/inspector/sequence";

/** Pixels: the first and the last lane, and the whole. */
const measures = { wide: { first: 20, last: 180, width: 188 }, small: { first: 8, last: 112, width: 120 } } as const;

const measureOf = (small: boolean) => (small ? measures.small : measures.wide);

function placeOfLane(index: number, count: number, small: boolean): number {
  const { first, last } = measureOf(small);
  return count < 2 ? first : first + ((last - first) / (count - 1)) * index;
}

export function LaneHead({ lanes, small }: { lanes: readonly LaneView[]; small: boolean }) {
  // Neighbours would touch: they stand in turns, in two lines or, on a phone, in three.
  const lines = small ? 3 : lanes.length > 4 ? 2 : 1;
  return (
    <span className={cn("relative block", ["h-4", "h-8", "h-12"][lines - 1])}>
      {lanes.map(({ id, name }, index) => (
        <span
          key={id}
          className={cn("absolute -translate-x-1/2 whitespace-nowrap", ["top-0", "top-4", "top-8"][index % lines])}
          style={{ left: Math.max(placeOfLane(index, lanes.length, small), index === 0 ? 18 : 0) }}
        >
          {name}
        </span>
      ))}
    </span>
  );
}

interface LaneLinesProps {
  readonly lanes: readonly LaneView[];
  readonly hop: HopView;
  /** Two lines: the call and its answer. */
  readonly tall: boolean;
  readonly small: boolean;
}

export function LaneLines({ lanes, hop, tall, small }: LaneLinesProps) {
  const { from, to, state, status } = hop;
  const { width } = measureOf(small);
  const height = tall ? 44 : 28;
  const x = (lane: string) =>
    placeOfLane(
      lanes.findIndex(({ id }) => id === lane),
      lanes.length,
      small,
    );
  const [start, end] = [x(from), x(to)];
  const stroke = state === "failed" ? "stroke-bad" : state === "never" ? "stroke-ink-3" : "stroke-ink-2";
  const fill = state === "failed" ? "fill-bad" : state === "never" ? "fill-ink-3" : "fill-ink-2";
  return (
    <svg aria-hidden="true" width={width} height={height} viewBox={`0 0 ${width} ${height}`} className="block">
      {lanes.map(({ id }) => (
        <line key={id} x1={x(id)} x2={x(id)} y1="0" y2={height} className="stroke-line-strong" />
      ))}
      {start === end ? (
        <circle cx={start} cy="14" r="4" className={fill} />
      ) : (
        <>
          <Arrow from={start} to={end} y={14} className={stroke} dashes={state === "never" ? "2 3" : undefined} />
          <circle cx={start} cy="14" r="2" className={fill} />
          {tall && status !== undefined && (
            <>
              <Arrow from={end} to={start} y={32} className={stroke} dashes="3 3" />
              {state === "failed" && (
                <path
                  d={`M${(start + end) / 2 - 3} 29l6 6m0-6l-6 6`}
                  className={stroke}
                  strokeWidth="1.75"
                  strokeLinecap="round"
                />
              )}
            </>
          )}
        </>
      )}
    </svg>
  );
}

interface ArrowProps {
  readonly from: number;
  readonly to: number;
  readonly y: number;
  readonly className: string;
  readonly dashes: string | undefined;
}

function Arrow({ from, to, y, className, dashes }: ArrowProps) {
  const back = to > from ? -1 : 1;
  const tip = to + back * 1.5;
  return (
    <>
      <line x1={from} x2={tip} y1={y} y2={y} className={className} strokeWidth="1.5" strokeDasharray={dashes} />
      <path
        d={`M${tip + back * 5} ${y - 3.5}L${tip} ${y}L${tip + back * 5} ${y + 3.5}`}
        fill="none"
        className={className}
        strokeWidth="1.5"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </>
  );
}
