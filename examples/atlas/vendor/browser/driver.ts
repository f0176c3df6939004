import "client-only";
/** Runs one frame: its address, the proof that it opened, and a new address when the old one has expired. */
import { type EmbedDriver, Timers } from "@/lib/vendors/driver";
import { type EmbedReport, type GrantSource, isGrantRefused } from "@/lib/vendors/embed-host";
import { type AtlasGrant, frameEvent } from "../protocol";

export interface AtlasOrder {
  readonly grant: GrantSource<AtlasGrant>;
  readonly report: (report: EmbedReport) => void;
  readonly origin: string;
  readonly title: string;
  readonly container: HTMLElement;
}

/** The page must say that it is ready within this time. */
const startMs = 9_000;

export class AtlasDriver implements EmbedDriver<AtlasOrder> {
  readonly #order: AtlasOrder;
  readonly #timers = new Timers<"start">();
  readonly #frame = document.createElement("iframe");
  #stopped = false;

  constructor(order: AtlasOrder) {
    this.#order = order;
    this.#frame.title = order.title;
    this.#frame.setAttribute("sandbox", "allow-scripts allow-same-origin allow-forms allow-popups allow-downloads");
    this.#frame.style.cssText = "display:block;width:100%;height:100%;border:0";
  }

  start(): void {
    this.#order.report({ state: "loading", waitingFor: "Atlas" });
    window.addEventListener("message", this.#receive);
    void this.#open(() => this.#order.grant.take());
  }

  stop(): void {
    this.#stopped = true;
    this.#timers.clearAll();
    window.removeEventListener("message", this.#receive);
    this.#frame.remove();
  }

  async #open(next: () => Promise<AtlasGrant>): Promise<void> {
    try {
      const { address } = await next();
      if (this.#stopped) return;
      this.#frame.src = address;
      this.#order.container.append(this.#frame);
      this.#timers.set("start", startMs, () =>
        this.#order.report({ state: "failed", problem: { code: "embed_timeout" } }),
      );
    } catch (error) {
      if (this.#stopped) return;
      this.#order.report({
        state: "failed",
        problem: isGrantRefused(error) ? error.problem : { code: "portal_failed" },
      });
    }
  }

  readonly #receive = ({ source, origin, data }: MessageEvent): void => {
    if (source === null || source !== this.#frame.contentWindow || origin !== this.#order.origin) return;
    const event = frameEvent(data);
    if (event === "ready") {
      this.#timers.clearAll();
      this.#order.report({ state: "interactive" });
    }
    if (event === "expired") {
      this.#order.report({ state: "renewing" });
      void this.#open(() => this.#order.grant.renew());
    }
  };
}
