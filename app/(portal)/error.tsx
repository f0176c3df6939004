"use client";
import { ErrorPage } from "@/components/shell/error-page";

/** A page that failed inside the shell, which stays usable. */
export default ErrorPage;
