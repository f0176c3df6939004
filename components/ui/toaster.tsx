"use client";
/** Renders the toasts of toast.ts with Base UI. Loaded on demand and mounted next to the page. */
import { Toast } from "@base-ui/react/toast";
import { CircleCheck, X } from "lucide-react";
import { useEffect } from "react";
import { createRoot } from "react-dom/client";

const manager = Toast.createToastManager();

function Toasts({ onReady }: { onReady: () => void }) {
  const { toasts } = Toast.useToastManager();
  useEffect(onReady, [onReady]);
  return toasts.map((toast) => (
    <Toast.Root
      key={toast.id}
      toast={toast}
      className="flex items-center gap-3 rounded-md border border-line-strong bg-raised py-2 pr-2 pl-3 text-sm text-ink shadow-md transition-opacity duration-(--duration-base) data-ending-style:opacity-0 data-starting-style:opacity-0"
    >
      <CircleCheck aria-hidden="true" className="size-4 text-ok" />
      <Toast.Title className="text-sm font-normal" render={<p />} />
      <Toast.Close
        aria-label="Close"
        className="inline-flex size-7 items-center justify-center rounded-sm text-ink-3 hover:bg-hover"
      >
        <X aria-hidden="true" className="size-4" />
      </Toast.Close>
    </Toast.Root>
  ));
}

/** Resolves when the provider is mounted: an earlier toast would be lost. */
const mounted = new Promise<void>((resolve) => {
  const host = document.createElement("div");
  document.body.append(host);
  createRoot(host).render(
    <Toast.Provider toastManager={manager} limit={2} timeout={4_000}>
      <Toast.Portal>
        <Toast.Viewport className="fixed right-4 bottom-4 z-50 flex flex-col gap-2 max-sm:right-3 max-sm:bottom-[calc(var(--bottombar)+0.75rem+env(safe-area-inset-bottom))]">
          <Toasts onReady={resolve} />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>,
  );
});

export async function show(title: string): Promise<void> {
  await mounted;
  manager.add({ title, type: "success" });
}
