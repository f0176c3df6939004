import "client-only";
/** Runs one frame: its address, the proof that it started, and a new address before the old one expires. */
import { type EmbedDriver, Timers } from "@/lib/vendors/driver";
import { type EmbedReport, type GrantSource, isGrantRefused } from "@/lib/vendors/embed-host";
import { isReady, type MetabaseGrant } from "../protocol";

export interface MetabaseOrder {
  readonly grant: GrantSource<MetabaseGrant>;
  readonly report: (report: EmbedReport) => void;
  readonly origin: string;
  readonly title: string;
  readonly container: HTMLElement;
}

/** The page must say that it is ready within this time. */
const startMs = 9_000;
/** How long before its end an address is replaced. */
const earlyMs = 30_000;

export class MetabaseDriver implements EmbedDriver<MetabaseOrder> {
  readonly #order: MetabaseOrder;
  readonly #timers = new Timers<"start" | "renewal">();
  readonly #frame = document.createElement("iframe");
  #stopped = false;

  constructor(order: MetabaseOrder) {
    this.#order = order;
    this.#frame.title = order.title;
    this.#frame.setAttribute("sandbox", "allow-scripts allow-same-origin allow-forms allow-popups allow-downloads");
    this.#frame.style.cssText = "display:block;width:100%;height:100%;border:0";
  }

  start(): void {
    this.#order.report({ state: "loading", waitingFor: "Metabase" });
    window.addEventListener("message", this.#receive);
    void this.#open(() => this.#order.grant.take());
  }

  stop(): void {
    this.#stopped = true;
    this.#timers.clearAll();
    window.removeEventListener("message", this.#receive);
    this.#frame.remove();
  }

  #renew(): void {
    this.#order.report({ state: "renewing" });
    void this.#open(() => this.#order.grant.renew());
  }

  async #open(next: () => Promise<MetabaseGrant>): Promise<void> {
    try {
      const { address, expiresAt } = await next();
      if (this.#stopped) return;
      this.#frame.src = address;
      this.#order.container.append(this.#frame);
      this.#timers.set("renewal", Math.max(1_000, Date.parse(expiresAt) - Date.now() - earlyMs), () => this.#renew());
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
    if (!isReady(data)) return;
    this.#timers.clear("start");
    this.#order.report({ state: "interactive" });
  };
}
