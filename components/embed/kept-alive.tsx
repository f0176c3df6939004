"use client";
/**
 * Frames that outlive their page. They live in the portal's layout; a page shows one by rendering {@link KeptAliveSlot}.
 * When the page unmounts, a kept-alive frame is hidden; any other frame is removed, unless the next page shows another
 * item of the same vendor in it.
 */
import {
  createContext,
  lazy,
  type ReactNode,
  Suspense,
  useCallback,
  useContext,
  useLayoutEffect,
  useMemo,
  useState,
} from "react";
import { SidePanelSlot, useSidePanelLayout } from "@/components/shell/side-panel";
import { cn } from "@/components/ui/cn";
import type { EmbedFrameProps } from "./embed-frame";

/** Loaded on demand: pages without an embed do not need the frame's code. */
const KeptAliveFrame = lazy(() => import("./kept-alive-frame").then((module) => ({ default: module.KeptAliveFrame })));

interface Stage {
  /** @param anyItem keep the item that an open frame shows */
  show(frame: EmbedFrameProps, anyItem: boolean): void;
  hide(vendorId: string): void;
}

const StageContext = createContext<Stage | null>(null);

/** Renders the page, every kept-alive frame in the same place, and the panel beside them. */
interface KeptAliveStageProps {
  /** The frame that lies in the side panel. Opened once, it stays alive. */
  readonly docked: EmbedFrameProps | null;
  readonly children: ReactNode;
}

export function KeptAliveStage({ docked, children }: KeptAliveStageProps) {
  const [frames, setFrames] = useState<readonly EmbedFrameProps[]>([]);
  const [shown, setShown] = useState<string | null>(null);

  const show = useCallback((frame: EmbedFrameProps, anyItem: boolean) => {
    setFrames((old) => {
      const open = old.find(({ vendor }) => vendor.id === frame.vendor.id);
      return open && anyItem ? old : withFrame(old, frame);
    });
    setShown(frame.vendor.id);
  }, []);
  // The next page may mount at the same moment and show the frame again before it is removed.
  const hide = useCallback((vendorId: string) => {
    setFrames((old) => old.filter(({ vendor }) => vendor.id !== vendorId || vendor.keepAlive));
    setShown((now) => (now === vendorId ? null : now));
  }, []);
  const stage = useMemo(() => ({ show, hide }), [show, hide]);
  useLayoutEffect(() => {
    if (docked) setFrames((old) => withFrame(old, docked));
  }, [docked]);

  const { sheet } = useSidePanelLayout();

  const draw = (frame: EmbedFrameProps) => {
    const isDocked = docked?.vendor.id === frame.vendor.id;
    const visible = frame.vendor.id === shown || isDocked;
    return (
      // `visibility` rather than `display`: the product keeps its layout and scroll positions.
      <div
        key={`${frame.userId} ${frame.vendor.id}`}
        inert={sheet && !isDocked}
        className={cn(isDocked ? "side-docked" : "side-frame border-transparent!", !visible && "invisible -z-10")}
      >
        <Suspense fallback={null}>
          <KeptAliveFrame {...frame} visible={visible} docked={isDocked} />
        </Suspense>
      </div>
    );
  };
  return (
    <StageContext value={stage}>
      <div className="side-page" inert={sheet}>
        {children}
      </div>
      {/* In the order of the keyboard: the page's product, the panel, and last what can lie in the panel. */}
      {frames.filter(({ vendor }) => !vendor.keepAlive).map(draw)}
      <SidePanelSlot />
      {frames.filter(({ vendor }) => vendor.keepAlive).map(draw)}
    </StageContext>
  );
}

/** A vendor has one frame: another of its items takes its place. */
function withFrame(frames: readonly EmbedFrameProps[], frame: EmbedFrameProps): readonly EmbedFrameProps[] {
  const open = frames.find(({ vendor }) => vendor.id === frame.vendor.id);
  return open ? frames.map((other) => (other === open ? frame : other)) : [...frames, frame];
}

interface KeptAliveSlotProps {
  readonly frame: EmbedFrameProps;
  readonly anyItem: boolean;
  /** The skeleton, until the layout shows the frame itself. */
  readonly children: ReactNode;
}

/** The placeholder in a page for a frame that lives in the layout. */
export function KeptAliveSlot({ frame, anyItem, children }: KeptAliveSlotProps) {
  const stage = useContext(StageContext);
  if (!stage) throw new Error("A kept-alive slot must be rendered inside the stage");
  const { vendor, item } = frame;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the server sends new objects for the same frame
  useLayoutEffect(() => {
    stage.show(frame, anyItem);
    return () => stage.hide(vendor.id);
  }, [stage, vendor.id, item.slug, anyItem]);
  return <div className="relative isolate h-full w-full overflow-hidden rounded-[inherit]">{children}</div>;
}
