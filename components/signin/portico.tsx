/** The drawing beside the sign-in: a portico with one column for each vendor. Decoration. */
import { lookOf } from "@/components/items/look";
import { Preview } from "@/components/items/preview";

export interface Column {
  readonly vendor: string;
  readonly kind: string;
}

const stone = "border border-line-strong bg-surface";

export function Portico({ columns }: { columns: readonly Column[] }) {
  return (
    <div aria-hidden="true" className="flex w-full max-w-160 flex-col items-center">
      <svg viewBox="0 0 640 96" aria-hidden="true" className="w-full text-line-strong" fill="none">
        <path d="M320 2 638 94H2L320 2Z" className="fill-surface stroke-current" />
        <path d="M320 22 560 84H80L320 22Z" className="stroke-line" />
      </svg>
      <div className={`h-8 w-full ${stone} -mt-px`} />
      <div className="flex w-full justify-around px-8">
        {columns.map((column) => (
          <div key={column.vendor} className="flex w-1/4 flex-col items-center">
            <div className={`h-3 w-[calc(100%+1.5rem)] rounded-xs ${stone}`} />
            <div className={`-my-px w-full ${stone}`}>
              {drawingsOf(column).map((drawing) => (
                <Preview
                  key={drawing}
                  vendor={column.vendor}
                  kind={column.kind}
                  drawing={drawing}
                  className="w-full border-b border-line bg-surface last:border-b-0"
                />
              ))}
            </div>
            <div className={`h-3 w-[calc(100%+1.5rem)] rounded-xs ${stone}`} />
          </div>
        ))}
      </div>
      <div className={`h-4 w-[calc(100%-4rem)] rounded-xs ${stone}`} />
      <div className={`-mt-px h-4 w-[calc(100%-2rem)] rounded-xs ${stone}`} />
      <div className={`-mt-px h-4 w-full rounded-xs ${stone}`} />
    </div>
  );
}

/** Four drawings per column, repeated when the kind has fewer. */
const drawingsOf = ({ kind }: Column) => [0, 1, 2, 3].map((index) => index % Math.max(lookOf(kind).previews.length, 4));
