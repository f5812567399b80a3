import type { Component } from 'svelte'

/** One of several views of the same thing. */
export interface Tab {
  value: string
  label: string
  icon?: Component<{ size?: number; class?: string }>
  /** How much is behind it. */
  count?: number | undefined
}

/** The look of a tab, chosen by `aria-current` or `aria-selected`. */
export const tabLook =
  'relative inline-flex h-10 shrink-0 items-center gap-1.5 rounded-control border-0 bg-transparent px-0 font-medium whitespace-nowrap text-ink-soft no-underline transition-colors -outline-offset-2 hover:text-ink hover:no-underline aria-[current=page]:text-ink aria-selected:text-ink after:absolute after:inset-x-0 after:bottom-0 after:h-0.5 after:rounded-full aria-[current=page]:after:bg-accent aria-selected:after:bg-accent coarse:h-11'

/** The row they stand in. */
export const tabRow = 'flex gap-5 overflow-x-auto border-b border-hairline [scrollbar-width:none]'
