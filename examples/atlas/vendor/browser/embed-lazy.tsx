"use client";
import { lazy } from "react";

/** Loaded when an item is opened: the registry is known to every page. */
export const Embed = lazy(() => import("./embed"));
