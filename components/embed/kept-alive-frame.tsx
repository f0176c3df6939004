"use client";
import { EmbedFrame, type EmbedFrameProps } from "./embed-frame";
import { EmbedQueries } from "./embed-queries";

/** An embed frame that lives in the layout, outside of any page's queries. */
export function KeptAliveFrame(props: EmbedFrameProps) {
  return (
    <EmbedQueries>
      <EmbedFrame {...props} />
    </EmbedQueries>
  );
}
