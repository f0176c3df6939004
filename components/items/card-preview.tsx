/** The large drawing of an item card: the kind's small drawings on panels that extend below the lower edge. */
import { cn } from "@/components/ui/cn";
import { type CardShape, hueOf, lookOf } from "./look";
import { Preview, type PreviewProps } from "./preview";

const panel = "overflow-hidden rounded-sm border border-line bg-surface";
const cutOff = "rounded-b-none border-b-0";

function Figures({ off }: { off?: boolean }) {
  return ["first", "second", "third", "fourth"].map((figure) => (
    <span key={figure} className={cn(panel, "flex h-8 flex-col justify-center gap-1.5 px-2")}>
      <span className="block h-0.75 w-2/5 rounded-xs bg-line" />
      <span
        className={cn("block h-1 w-3/5 rounded-xs", figure === "first" && !off ? "bg-(--hue)" : "bg-line-strong")}
      />
    </span>
  ));
}

const compositions: Record<CardShape, (props: PreviewProps) => React.ReactNode> = {
  figures: (props) => (
    <>
      <div className="grid grid-cols-4 gap-2">
        <Figures off={props.off} />
      </div>
      <Panels {...props} />
    </>
  ),
  search: (props) => (
    <>
      <span className={cn(panel, "flex h-4 shrink-0 items-center gap-1.5 rounded-full px-2")}>
        <span className="block size-1.5 rounded-full border border-line-strong" />
        <span className="block h-1 w-10 rounded-xs bg-line" />
        <span className="block h-1 w-6 rounded-xs bg-line" />
      </span>
      <Panels {...props} />
    </>
  ),
  rooms: (props) => (
    <div className="grid min-h-0 grow grid-cols-[1fr_3fr] gap-2">
      <span className={cn(panel, cutOff, "flex flex-col gap-2 p-2")}>
        {["w-full", "w-2/3", "w-5/6", "w-1/2", "w-3/4"].map((width, index) => (
          <span
            key={width}
            className={cn("block h-1 rounded-xs", width, index === 1 && !props.off ? "bg-(--hue)" : "bg-line-strong")}
          />
        ))}
      </span>
      <Preview {...props} stretched className={cn(panel, cutOff, "h-full w-full")} />
    </div>
  ),
  page: (props) => (
    <div className="flex min-h-0 grow justify-center">
      <Preview {...props} stretched className={cn(panel, cutOff, "h-full w-3/4")} />
    </div>
  ),
};

function Panels(props: PreviewProps) {
  return (
    <div className="grid min-h-0 grow grid-cols-[3fr_2fr] gap-2">
      <Preview {...props} stretched className={cn(panel, cutOff, "h-full w-full")} />
      <Preview {...props} stretched drawing={props.drawing + 2} className={cn(panel, cutOff, "h-full w-full")} />
    </div>
  );
}

export function CardPreview(props: Omit<PreviewProps, "className">) {
  const { card } = lookOf(props.kind);
  return (
    <div
      aria-hidden="true"
      style={hueOf(props.vendor)}
      className="h-32 overflow-hidden border-b border-line bg-sunken px-5 pt-4"
    >
      <div className="flex h-full flex-col gap-2">{compositions[card](props)}</div>
    </div>
  );
}
