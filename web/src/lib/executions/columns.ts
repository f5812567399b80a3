import { fitted, type Column } from '../ui/table.ts'

/**
 * All that a row of executions can show; its name always. Their widths do not depend on what they hold, so that nothing
 * moves as one scrolls.
 */
const all: Column[] = [
  { key: 'name', label: 'Name', width: 'minmax(132px,1fr)' },
  { key: 'status', label: 'Status', width: '148px' },
  { key: 'source', label: 'Source', width: 'minmax(88px,.42fr)' },
  { key: 'kind', label: 'Kind', width: '88px' },
  { key: 'model', label: 'Model', width: 'minmax(128px,.38fr)' },
  { key: 'by', label: 'By', width: 'minmax(72px,.28fr)' },
  { key: 'trigger', label: 'Trigger', width: '64px' },
  { key: 'tokens', label: 'Tokens', align: 'end', width: '56px' },
  { key: 'cost', label: 'Cost', align: 'end', width: '68px' },
  { key: 'took', label: 'Took', align: 'end', width: '80px' },
  { key: 'when', label: 'Started', align: 'end', width: '124px' },
]
/** What gives way where there is little room, least important last. */
const droppable = ['cost', 'source', 'took', 'model', 'tokens', 'by', 'kind', 'trigger']
const usuallyHidden = ['kind', 'trigger']

/** Those that one can leave out. */
export const choosable = all.slice(1)

/** What one has chosen, by key; anything else is as usual. */
export type Chosen = Record<string, boolean>

export const isShown = (chosen: Chosen, key: string): boolean => chosen[key] ?? !usuallyHidden.includes(key)

/** The columns shown where there is room; who it is by only where others' executions are among them. */
export function columnsOf(chosen: Chosen, { others }: { others: boolean }): Column[] {
  const shown = all.filter(({ key }) => key === 'name' || (isShown(chosen, key) && (key !== 'by' || others)))
  return fitted(shown, droppable)
}

const storageKey = 'quillworks-execution-columns'

/** What was chosen in this browser. Browser only. */
export function keptColumns(): Chosen {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(storageKey) ?? '{}')
    const known = new Set(all.map(({ key }) => key))
    const pairs = Object.entries(typeof kept === 'object' && kept !== null ? kept : {})
    return Object.fromEntries(pairs.filter(([key, on]) => known.has(key) && typeof on === 'boolean'))
  } catch {
    return {}
  }
}

export function keepColumns(chosen: Chosen): void {
  localStorage.setItem(storageKey, JSON.stringify(chosen))
}
