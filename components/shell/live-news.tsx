"use client";
/** Live updates of open products: unread counts in the page title, notices as toasts. */
import { useEffect } from "react";
import { toast } from "@/components/ui/toast";
import { useAllUnread, useNotice } from "@/lib/live/live";

const marked = /^\(\d+\+?\) /;

/** @param here the vendor whose product is on screen: it shows its notices itself */
export function LiveNews({ here }: { here: string | undefined }) {
  useTitleCount(useAllUnread());
  const notice = useNotice();
  const { id, vendor, words } = notice ?? {};
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each notice, wherever the user goes afterwards
  useEffect(() => {
    if (words && vendor !== here) toast(words);
  }, [id]);
  return null;
}

/** Keeps the count in front of the title, whichever page sets the title. */
function useTitleCount(count: number): void {
  useEffect(() => {
    const mark = () => {
      const bare = document.title.replace(marked, "");
      const title = count > 0 ? `(${count > 99 ? "99+" : count}) ${bare}` : bare;
      if (document.title !== title) document.title = title;
    };
    mark();
    const observer = new MutationObserver(mark);
    observer.observe(document.head, { childList: true, subtree: true, characterData: true });
    return () => observer.disconnect();
  }, [count]);
}
