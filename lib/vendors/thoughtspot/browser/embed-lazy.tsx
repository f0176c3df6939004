"use client";
import { lazy } from "react";

/** The embed, loaded when an item is opened: the registry is known to every page, and must not weigh on it. */
export const Embed = lazy(() => import("./embed"));
