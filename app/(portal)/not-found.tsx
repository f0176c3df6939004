import { NotFoundText } from "@/components/shell/not-found-text";

/** A missing page inside the shell. */
export default function NotFound() {
  return (
    <div className="flex h-full overflow-y-auto">
      <div className="m-auto w-full max-w-104 p-6">
        <NotFoundText />
      </div>
    </div>
  );
}
