import { NotFoundWords } from "@/components/shell/not-found-words";

/** A missing page inside the shell. */
export default function NotFound() {
  return (
    <div className="flex h-full min-h-dvh sm:min-h-0">
      <div className="m-auto w-full max-w-104 p-6">
        <NotFoundWords />
      </div>
    </div>
  );
}
