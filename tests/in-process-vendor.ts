/** Lets the portal's calls to vendors reach an emulator in the test's own process, without a network. */
import { Dispatcher } from "undici";
import { perProcess } from "@/lib/per-process";

type Serve = (request: Request) => Response | Promise<Response>;

class InProcess extends Dispatcher {
  serve: Serve = () => new Response(null, { status: 503 });

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandlers): boolean {
    void this.#answer(options, handler);
    return true;
  }

  async #answer(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandlers): Promise<void> {
    try {
      // A call that is given up ends, whatever the vendor still does.
      handler.onConnect?.((reason) => handler.onError?.(reason ?? new Error("aborted")));
      const request = new Request(new URL(options.path, String(options.origin)), {
        method: options.method,
        headers: options.headers as Record<string, string>,
        body: options.body as string | null | undefined,
      });
      const response = await this.serve(request);
      const headers = [...response.headers].flatMap((pair) => pair.map((part) => Buffer.from(part)));
      handler.onHeaders?.(response.status, headers, () => {}, response.statusText);
      handler.onData?.(Buffer.from(await response.arrayBuffer()));
      handler.onComplete?.([]);
    } catch (error) {
      handler.onError?.(error as Error);
    }
  }
}

/** From now on, in this test file, every call to a vendor is answered by this handler. */
export function serveVendorCalls(serve: Serve): void {
  const dispatcher = perProcess<Dispatcher>("vendor-call:agent", () => new InProcess());
  if (!(dispatcher instanceof InProcess)) throw new Error("Vendor calls already go over the network");
  dispatcher.serve = serve;
}
