import type { PartSource } from './marked-text.ts'

/** How a part of a rendered text looks, by where it came from. */
export function markLook(source: PartSource): string {
  const common = 'rounded-small px-0.5'
  if (source.kind === 'missing') return `${common} bg-orange-tint text-orange`
  if (source.kind === 'snippet')
    return `${common} bg-selected text-ink underline decoration-accent decoration-dotted underline-offset-3`
  if (source.from === 'default') return `${common} bg-surface text-ink ring-1 ring-hairline`
  return `${common} bg-green-tint text-ink`
}
