import type { MetadataRoute } from "next";

/** A portal behind a sign-in has nothing for search engines. */
export default function robots(): MetadataRoute.Robots {
  return { rules: { userAgent: "*", disallow: "/" } };
}
