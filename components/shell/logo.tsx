/** The portal's mark: a portico. */
export function Logo({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 20 20" className={className} aria-hidden="true" fill="currentColor">
      <path d="M10 1.5 1.5 6v1.5h17V6L10 1.5Zm-7 7.5v6h2.5V9H3Zm5.75 0v6h2.5V9h-2.5Zm5.75 0v6H17V9h-2.5ZM1.5 16.5v2h17v-2h-17Z" />
    </svg>
  );
}
