import { tick } from 'svelte'
import type { Attachment } from 'svelte/attachments'
import type { Change, Decision } from './diff-parts.ts'

/** What a reader does with the changes of a diff: goes from one to the next, and says yes or no to them. */
export interface DiffReview {
  readonly decisions: Readonly<Record<number, Decision>>
  /** Whether there is something to say about changes at all. */
  readonly decidable: boolean
  decide: (change: Change, decision: Decision) => void
  /** Takes a decision back. */
  undo: (change: Change) => void
}

/** Moves the focus among the changes inside an element; from none to the first. */
export function focusChange(root: Element | null | undefined, by: 1 | -1): void {
  const changes = [...(root?.querySelectorAll<HTMLElement>('[data-change]') ?? [])]
  const at = changes.findIndex((change) => change.contains(document.activeElement))
  const next = changes[at === -1 ? (by === 1 ? 0 : changes.length - 1) : at + by]
  next?.focus()
  next?.scrollIntoView({ block: 'nearest' })
}

/** `j` and `k` between changes, `a` accepts and `x` rejects the one that has the focus; then the next one has it. */
export function changeKeys(options: {
  changes: () => Change[]
  review: () => DiffReview
}): Attachment<HTMLElement> {
  return (root) => {
    async function decide(change: Change, decision: Decision): Promise<void> {
      options.review().decide(change, decision)
      await tick()
      focusChange(root, 1)
    }

    function onkeydown(event: KeyboardEvent): void {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
      const focused =
        event.target instanceof HTMLElement ? event.target.closest<HTMLElement>('[data-change]') : null
      const change = options.changes().find(({ index }) => String(index) === focused?.dataset['change'])
      const { decidable } = options.review()
      if (event.key === 'j') focusChange(root, 1)
      else if (event.key === 'k') focusChange(root, -1)
      else if (event.key === 'a' && change && decidable) void decide(change, 'accepted')
      else if (event.key === 'x' && change && decidable) void decide(change, 'rejected')
      else return
      event.preventDefault()
      // The page's own keys for lists would move on once more.
      event.stopPropagation()
    }

    root.addEventListener('keydown', onkeydown)
    return () => root.removeEventListener('keydown', onkeydown)
  }
}

/** A change in words, for screen readers. */
export function changeLabel(change: Change, count: number, decision: Decision | undefined): string {
  const short = (text: string) => (text.length > 60 ? `${text.slice(0, 60)}…` : text).trim()
  const what = [
    change.removed && `removed “${short(change.removed)}”`,
    change.added && `added “${short(change.added)}”`,
  ]
  return [`Change ${change.index + 1} of ${count}`, ...what.filter(Boolean), decision]
    .filter(Boolean)
    .join(', ')
}
