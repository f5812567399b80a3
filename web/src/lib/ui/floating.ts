/** What floats above the page: menus, popovers, lists of choices. */
export const floating =
  'z-40 rounded-card border border-edge bg-surface text-ink shadow-float outline-none data-[state=open]:animate-[rise_var(--quick-time)_ease-out]'

/** One line to choose in what floats. */
export const choice =
  'flex min-h-8 w-full cursor-default items-center gap-2 rounded-control px-2 text-left text-base text-ink outline-none select-none data-highlighted:bg-hover data-disabled:text-ink-faint coarse:min-h-10.5'
