"use client";
/**
 * Frames that outlive their page. They live in the portal's layout; a page shows one by rendering {@link KeptAliveSlot}.
 * When it goes away, a frame that is kept alive hides; any other goes with it, unless the next page shows the same
 * vendor's next item in it.
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
import { cn } from "@/components/ui/cn";
import type { EmbedFrameProps } from "./embed-frame";

/** Pages without an embed need not carry the frame with them. */
const KeptAliveFrame = lazy(() => import("./kept-alive-frame").then((module) => ({ default: module.KeptAliveFrame })));

interface Stage {
  /** @param anyItem leave the frame where it is, when it is open already */
  show(frame: EmbedFrameProps, anyItem: boolean): void;
  hide(vendorId: string): void;
}

const StageContext = createContext<Stage | null>(null);

/** Draws the page, and every kept-alive frame on the same place. */
export function KeptAliveStage({ children }: { children: ReactNode }) {
  const [frames, setFrames] = useState<readonly EmbedFrameProps[]>([]);
  const [shown, setShown] = useState<string | null>(null);

  const show = useCallback((frame: EmbedFrameProps, anyItem: boolean) => {
    setFrames((old) => {
      const open = old.find(({ vendor }) => vendor.id === frame.vendor.id);
      if (open && anyItem) return old;
      return open ? old.map((other) => (other === open ? frame : other)) : [...old, frame];
    });
    setShown(frame.vendor.id);
  }, []);
  // A page that comes in the same moment shows the frame again before it is gone.
  const hide = useCallback((vendorId: string) => {
    setFrames((old) => old.filter(({ vendor }) => vendor.id !== vendorId || vendor.keepAlive));
    setShown((now) => (now === vendorId ? null : now));
  }, []);
  const stage = useMemo(() => ({ show, hide }), [show, hide]);

  return (
    <StageContext value={stage}>
      {children}
      {frames.map((frame) => (
        // Invisible rather than without a box: the product keeps its layout and its scroll positions.
        <div
          key={`${frame.userId} ${frame.vendor.id}`}
          className={cn("absolute inset-0 rounded-[inherit]", frame.vendor.id !== shown && "invisible -z-10")}
        >
          <Suspense fallback={null}>
            <KeptAliveFrame {...frame} visible={frame.vendor.id === shown} />
          </Suspense>
        </div>
      ))}
    </StageContext>
  );
}

interface KeptAliveSlotProps {
  readonly frame: EmbedFrameProps;
  readonly anyItem: boolean;
  /** The product's shape, until the layout shows the frame itself. */
  readonly children: ReactNode;
}

/** Stands in a page for a frame of the layout. */
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
