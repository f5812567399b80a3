/** The look that everything one types or chooses in shares. */
export const control =
  'w-full min-w-0 rounded-control border border-control-edge bg-surface px-2.5 text-base text-ink transition-colors placeholder:text-ink-faint hover:border-ink-faint focus-visible:border-accent focus-visible:outline-offset-0 disabled:border-edge disabled:text-ink-faint aria-invalid:border-red coarse:text-[16px]'

/** One line of it. */
export const line = `${control} h-8 coarse:h-10.5`
