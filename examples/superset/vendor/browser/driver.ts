import "client-only";
/** Runs one dashboard with Superset's SDK: token, proof, renewal. */
import { embedDashboard } from "@superset-ui/embedded-sdk";
import { type EmbedDriver, Timers } from "@/lib/vendors/driver";
import { type EmbedReport, type GrantSource, isGrantRefused } from "@/lib/vendors/embed-host";
import type { SupersetGrant } from "../protocol";

export interface SupersetOrder {
  readonly grant: GrantSource<SupersetGrant>;
  readonly report: (report: EmbedReport) => void;
  readonly url: string;
  readonly dashboard: string;
  readonly title: string;
  readonly container: HTMLElement;
}

/** The dashboard must be there within this time. */
const startMs = 9_500;
const never = new Promise<never>(() => {});

export class SupersetDriver implements EmbedDriver<SupersetOrder> {
  readonly #order: SupersetOrder;
  readonly #timers = new Timers<"start">();
  #isFirst = true;
  #stopped = false;

  constructor(order: SupersetOrder) {
    this.#order = order;
  }

  start(): void {
    this.#order.report({ state: "loading", waitingFor: "Superset" });
    this.#timers.set("start", startMs, () =>
      this.#order.report({ state: "failed", problem: { code: "embed_timeout" } }),
    );
    void this.#embed();
  }

  stop(): void {
    this.#stopped = true;
    this.#timers.clearAll();
    this.#order.container.replaceChildren();
  }

  async #embed(): Promise<void> {
    const { dashboard, url, title, container } = this.#order;
    try {
      const embedded = await embedDashboard({
        id: dashboard,
        supersetDomain: url,
        mountPoint: container,
        fetchGuestToken: () => this.#token(),
        dashboardUiConfig: { emitDataMasks: true },
        iframeTitle: title,
        referrerPolicy: "strict-origin",
      });
      embedded.observeDataMask(() => this.#shown());
      if (this.#stopped) embedded.unmount();
    } catch {
      // Only fetching the token can fail, and that has been reported.
    }
  }

  /** The SDK asks for the first token and, shortly before each one's end, for the next. */
  async #token(): Promise<string> {
    const { grant, report } = this.#order;
    // The SDK goes on asking after it was removed from the page.
    if (this.#stopped) return never;
    try {
      const first = this.#isFirst;
      this.#isFirst = false;
      if (first) return (await grant.take()).token;
      report({ state: "renewing" });
      const { token } = await grant.renew();
      if (!this.#stopped) report({ state: "interactive" });
      return token;
    } catch (error) {
      this.#timers.clearAll();
      if (!this.#stopped)
        report({ state: "failed", problem: isGrantRefused(error) ? error.problem : { code: "portal_failed" } });
      throw error;
    }
  }

  /** The dashboard's state is there, which needs a token that Superset took. */
  #shown(): void {
    if (this.#stopped) return;
    this.#timers.clearAll();
    this.#order.report({ state: "interactive" });
  }
}
