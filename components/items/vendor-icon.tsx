import { cn } from "@/components/ui/cn";
import { hueOf, lookOf } from "./look";

const sizes = {
  tiny: { tile: "size-5 rounded-xs", icon: "size-3" },
  small: { tile: "size-6 rounded-xs", icon: "size-3.5" },
  base: { tile: "size-8 rounded-sm", icon: "size-4.5" },
} as const;

interface VendorIconProps {
  readonly vendor: string;
  readonly kind: string;
  readonly size?: keyof typeof sizes;
}

/** The kind's icon on a tile in the vendor's colour. Decorative: the name is next to it. */
export function VendorIcon({ vendor, kind, size = "small" }: VendorIconProps) {
  const { Icon } = lookOf(kind);
  return (
    <span
      aria-hidden="true"
      style={hueOf(vendor)}
      className={cn("inline-flex shrink-0 items-center justify-center bg-(--hue-soft) text-(--hue)", sizes[size].tile)}
    >
      <Icon className={sizes[size].icon} strokeWidth={1.75} />
    </span>
  );
}
