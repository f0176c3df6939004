/** Messages to the host page. */
import { isInFrame } from "./flags";

/** Posts to the host page. */
export function post(type: string, data: unknown = {}): void {
  if (isInFrame) window.parent.postMessage({ type, data }, "*");
}

/** The `data` of a host's answer, as far as the application reads it. */
export interface Answer {
  readonly authToken?: string;
  readonly [name: string]: unknown;
}

/**
 * Posts and waits for the answer on the port that goes along.
 *
 * @param withinMs gives up after this long; without it waits forever
 * @returns undefined when no answer came
 */
export function ask(type: string, data: unknown, withinMs?: number): Promise<Answer | undefined> {
  return new Promise((resolve) => {
    const channel = new MessageChannel();
    const timer = withinMs === undefined ? undefined : setTimeout(() => resolve(undefined), withinMs);
    channel.port1.onmessage = (event: MessageEvent<{ data?: Answer } | undefined>) => {
      clearTimeout(timer);
      channel.port1.close();
      resolve(event.data?.data);
    };
    window.parent.postMessage({ type, data }, "*", [channel.port2]);
  });
}
