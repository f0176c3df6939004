/** Skeletons of the products. Static: only the thin bar along the top of the frame moves. */
import type { SkeletonShape } from "@/components/items/look";
import { cn } from "@/components/ui/cn";

const Block = ({ className }: { className: string }) => (
  <span className={cn("block rounded-xs bg-skeleton", className)} />
);
const Pale = ({ className }: { className: string }) => (
  <span className={cn("block rounded-xs bg-skeleton-2", className)} />
);

const panel = "flex min-h-0 flex-col gap-3 overflow-hidden rounded-lg border border-line p-4";

function Tiles() {
  return (
    <div className="grid grid-cols-2 gap-3 sm:grid-cols-4">
      {["a", "b", "c", "d"].map((tile) => (
        <div key={tile} className={panel}>
          <Pale className="h-2.5 w-1/2" />
          <Block className="h-4 w-2/3" />
        </div>
      ))}
    </div>
  );
}

const Lines = ({ widths }: { widths: readonly string[] }) =>
  widths.map((width) => <Block key={width} className={cn("h-2.5 shrink-0", width)} />);

function DashboardShape() {
  return (
    <div className="grid h-full grid-rows-[auto_3fr_2fr] gap-3 p-3 sm:p-4">
      <Tiles />
      <div className="grid min-h-0 gap-3 sm:grid-cols-[2fr_1fr]">
        <div className={panel}>
          <Pale className="h-2.5 w-1/4 shrink-0" />
          <svg viewBox="0 0 200 60" preserveAspectRatio="none" className="min-h-0 w-full grow" aria-hidden="true">
            <path
              d="M0 48 L25 42 L50 45 L75 32 L100 36 L125 24 L150 29 L175 17 L200 12"
              className="fill-none stroke-skeleton"
              strokeWidth="3"
              vectorEffect="non-scaling-stroke"
            />
          </svg>
        </div>
        <div className={cn(panel, "max-sm:hidden")}>
          <Pale className="h-2.5 w-1/2" />
          <Lines widths={["w-full", "w-5/6", "w-4/6", "w-3/6", "w-2/6"]} />
        </div>
      </div>
      <div className="grid min-h-0 gap-3 sm:grid-cols-2">
        <div className={panel}>
          <Pale className="h-2.5 w-1/3" />
          <Lines widths={["w-full", "w-11/12", "w-10/12"]} />
        </div>
        <div className={cn(panel, "max-sm:hidden")}>
          <Pale className="h-2.5 w-1/3" />
          <Lines widths={["w-9/12", "w-full", "w-8/12"]} />
        </div>
      </div>
    </div>
  );
}

function Message({ widths }: { widths: readonly string[] }) {
  return (
    <div className="flex gap-3">
      <Block className="size-9 shrink-0 rounded-md" />
      <div className="flex grow flex-col gap-2 pt-1">
        <Block className="h-2.5 w-32" />
        {widths.map((width) => (
          <Pale key={width} className={cn("h-2.5", width)} />
        ))}
      </div>
    </div>
  );
}

function MessagesShape() {
  return (
    <div className="grid h-full sm:grid-cols-[15rem_1fr]">
      <div className="flex flex-col gap-4 border-r border-line bg-sunken p-4 max-sm:hidden">
        <Block className="mb-2 size-7 rounded-md" />
        <Lines widths={["w-4/6", "w-5/6", "w-3/6", "w-2/6", "w-11/12", "w-7/12"]} />
      </div>
      <div className="grid min-h-0 grid-rows-[auto_1fr_auto]">
        <div className="border-b border-line p-4">
          <Block className="h-3 w-40" />
        </div>
        <div className="flex flex-col justify-end gap-6 overflow-hidden p-4">
          <Message widths={["w-4/6"]} />
          <Message widths={["w-5/6", "w-3/6"]} />
          <Message widths={["w-2/6"]} />
          <Message widths={["w-3/4", "w-1/2"]} />
        </div>
        <div className="p-4">
          <div className="h-16 rounded-md border border-line" />
        </div>
      </div>
    </div>
  );
}

const bars = ["h-[38%]", "h-[46%]", "h-[42%]", "h-[58%]", "h-[55%]", "h-[70%]", "h-[78%]", "h-[92%]"];

function LiveboardShape() {
  return (
    <div className="grid h-full grid-rows-[auto_auto_1fr] gap-3 p-3 sm:p-4">
      <div className="flex items-center gap-3 rounded-lg border border-line p-3">
        <Block className="size-4 rounded-full" />
        <Block className="h-2.5 w-24" />
        <Pale className="h-2.5 w-20" />
      </div>
      <Tiles />
      <div className="grid min-h-0 gap-3 sm:grid-cols-2">
        <div className={panel}>
          <Pale className="h-2.5 w-1/3 shrink-0" />
          <div className="flex min-h-0 grow items-end gap-2">
            {bars.map((height) => (
              <Block key={height} className={cn("w-full", height)} />
            ))}
          </div>
        </div>
        <div className={cn(panel, "max-sm:hidden")}>
          <Pale className="h-2.5 w-1/3" />
          <Lines widths={["w-full", "w-5/6", "w-4/6", "w-7/12", "w-3/6"]} />
        </div>
      </div>
    </div>
  );
}

const shapes = { dashboard: DashboardShape, messages: MessagesShape, liveboard: LiveboardShape };

/** Decorative: the frame announces the state as text. */
export function Skeleton({ shape }: { shape: SkeletonShape }) {
  const Shape = shapes[shape];
  return (
    <div aria-hidden="true" className="absolute inset-0 overflow-hidden bg-surface">
      <Shape />
    </div>
  );
}

/** The thin progress bar along the top while something loads. */
export function ProgressBar() {
  return (
    <div aria-hidden="true" className="absolute inset-x-0 top-0 z-10 h-0.5 overflow-hidden">
      <div className="h-full w-2/5 animate-progress bg-accent" />
    </div>
  );
}
