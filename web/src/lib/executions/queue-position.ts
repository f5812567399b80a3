import { queueCountedTo } from '@quillworks/executions/contract/status'

const ordinals = new Intl.PluralRules('en', { type: 'ordinal' })
const endings: Record<string, string> = { one: 'st', two: 'nd', few: 'rd' }

/** A turn in the queue in words; 1 is the next. */
export function queueWords(position: number): string {
  if (position <= 1) return 'Next in the queue'
  if (position > queueCountedTo) return `More than ${queueCountedTo.toLocaleString('en')} ahead in the queue`
  return `${position.toLocaleString('en')}${endings[ordinals.select(position)] ?? 'th'} in the queue`
}
