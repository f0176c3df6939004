"use client";
/** The one control of the sandbox: opens its panel. The panel's code loads when it is first wanted. */
import { lazy, Suspense, useState } from "react";
import { useSidePanel } from "@/components/shell/side-panel";

const SandboxPanel = lazy(() => import("./sandbox-panel").then((module) => ({ default: module.SandboxPanel })));

const panelId = "sandbox";

export function SandboxButton({ className }: { className?: string }) {
  const { open, toggle } = useSidePanel();
  const [wanted, setWanted] = useState(false);
  return (
    <>
      <button
        type="button"
        aria-expanded={open === panelId}
        onClick={() => {
          setWanted(true);
          toggle(panelId);
        }}
        className={`inline-flex h-7 items-center gap-1.5 rounded-sm border border-line-strong px-2 text-xs font-medium text-ink-2 hover:bg-active hover:text-ink aria-expanded:bg-active max-sm:h-11 ${className ?? ""}`}
      >
        Sandbox
      </button>
      {wanted && (
        <Suspense fallback={null}>
          <SandboxPanel />
        </Suspense>
      )}
    </>
  );
}
