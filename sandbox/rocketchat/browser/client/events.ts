/**
 * What the client tells the page around it: posted to the parent with the configured target origin, and dispatched on
 * the window (vendor source: fireGlobalEventBase).
 */
import { isOn, setting } from "./config";

export function fire(eventName: string, data?: unknown): void {
  window.dispatchEvent(new CustomEvent(eventName, { detail: data }));
  if (!isOn("Iframe_Integration_send_enable")) return;
  window.parent.postMessage({ eventName, data }, setting("Iframe_Integration_send_target_origin"));
}
