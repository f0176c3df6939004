"use client";
/** "How this opened" in the panel beside the page. Its content loads when it is opened first. */
import { lazy, Suspense, useEffect } from "react";
import { SidePanel } from "@/components/shell/side-panel";
import { inspect, inspectorPanel } from "./target";

const InspectorContent = lazy(() =>
  import("./inspector-content").then((module) => ({ default: module.InspectorContent })),
);

interface InspectorProps {
  /** The item of the page, if it is one's. */
  readonly vendor: string | undefined;
  readonly item: string | undefined;
  readonly path: string;
}

export function Inspector({ vendor, item, path }: InspectorProps) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page is about itself
  useEffect(() => inspect(null), [path]);
  return (
    <SidePanel id={inspectorPanel} title="How this opened" width={468} tall>
      <Suspense fallback={null}>
        <InspectorContent vendor={vendor} item={item} />
      </Suspense>
    </SidePanel>
  );
}
