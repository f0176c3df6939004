/** What the page tells its script: public settings, and the switches that concern the client. */
import { pageData } from "../../../kit/browser/page-data";
import type { ClientConfig } from "../../client-page";

export const config = pageData<ClientConfig>("workspace");
export const { switches } = config;

/** A public setting as text; empty when it is not set. */
export const setting = (id: string): string => String(config.settings[id] ?? "");

/** Whether a public setting is on. */
export const isOn = (id: string): boolean => config.settings[id] === true;

/** The server's address with its path, without a trailing slash. */
export const server = window.location.origin + config.base;
