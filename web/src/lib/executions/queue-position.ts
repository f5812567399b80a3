const ordinals = new Intl.PluralRules('en', { type: 'ordinal' })
const endings: Record<string, string> = { one: 'st', two: 'nd', few: 'rd' }
/** As far as the server counts. */
const mostCounted = 1_000

/** A turn in the queue in words; 1 is the next. */
export function queueWords(position: number): string {
  if (position <= 1) return 'Next in the queue'
  if (position > mostCounted) return `More than ${mostCounted.toLocaleString('en')} ahead in the queue`
  return `${position.toLocaleString('en')}${endings[ordinals.select(position)] ?? 'th'} in the queue`
}
