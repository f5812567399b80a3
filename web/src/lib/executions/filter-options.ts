import { formatCost } from '../format/numbers.ts'
import { formatDay } from '../format/time.ts'
import { modelName } from '../run/messages.ts'
import { statusLook } from '../status.ts'
import type { Filter } from '../ui/filters.ts'
import type { Address } from '../ui/url-state.ts'
import type { ExecutionRowData } from './execution-rows.documents.ts'
import { costOf, statuses } from './filters.ts'
import { kindNames, triggerNames } from './kinds.ts'

type Option = Filter['options'][number]

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1)

/** Each value once, by what it is called. */
function optionsOf(given: (Option | undefined)[]): Option[] {
  const byValue = new Map(given.flatMap((option) => (option ? [[option.value, option]] : [])))
  return [...byValue.values()].sort((a, b) => a.label.localeCompare(b.label, 'en'))
}

function costName(text: string): string {
  const { atLeast, atMost } = costOf(text) ?? {}
  if (atMost === 0) return 'Nothing'
  if (atLeast === undefined) return `At most ${formatCost(atMost)}`
  if (atMost === undefined) return `${formatCost(atLeast)} or more`
  return `${formatCost(atLeast)} to ${formatCost(atMost)}`
}

function dayName(text: string): string {
  const at = Date.parse(`${text}T00:00:00Z`)
  return Number.isNaN(at) ? text : formatDay(new Date(at))
}

/** Some usual choices, and the one in the address where it is another. */
const withOwn = (usual: Option[], own: string | null, name: (value: string) => string): Option[] =>
  own === null || usual.some(({ value }) => value === own)
    ? usual
    : [...usual, { value: own, label: name(own) }]

/**
 * What the list can be narrowed by: what is known beforehand, and what stands in its rows. Anything else can be named
 * in the address.
 */
export function filtersOf(
  rows: readonly ExecutionRowData[],
  { searchParams }: Pick<Address, 'searchParams'>,
  viewer: { id: string },
): Filter[] {
  const chosen = (key: string) => searchParams.get(key)
  const own = (key: string, name: (value: string) => string) =>
    searchParams.getAll(key).map((value) => ({ value, label: name(value) }))
  /** What has no name here cannot be looked for by it. */
  const named = (names: Record<string, string>, values: string[]) =>
    values.flatMap((value) => (names[value] === undefined ? [] : [{ value, label: names[value] }]))
  const people = rows.flatMap(({ createdBy }) =>
    createdBy && createdBy.id !== viewer.id ? [{ value: createdBy.id, label: createdBy.name }] : [],
  )
  const spans = [
    { value: '24h', label: 'Last 24 hours' },
    { value: '7d', label: 'Last 7 days' },
    { value: '30d', label: 'Last 30 days' },
  ]
  const filters: Filter[] = [
    {
      key: 'status',
      label: 'Status',
      many: true,
      options: statuses.map((status) => ({ value: status, label: capital(statusLook(status).word) })),
    },
    {
      key: 'kind',
      label: 'Kind',
      many: true,
      options: optionsOf(named(kindNames, Object.keys(kindNames))),
    },
    {
      key: 'source',
      label: 'Source',
      options: optionsOf([
        ...own('source', () => 'The one in the address'),
        ...rows.map(({ source }) => (source ? { value: source.id, label: source.name } : undefined)),
      ]),
    },
    {
      key: 'model',
      label: 'Model',
      options: optionsOf([
        ...own('model', modelName),
        ...rows.flatMap(({ models }) => models.map((value) => ({ value, label: modelName(value) }))),
      ]),
    },
    {
      key: 'by',
      label: 'By',
      options: [
        { value: 'me', label: 'Me' },
        ...optionsOf([...own('by', () => 'Somebody else').filter(({ value }) => value !== 'me'), ...people]),
      ],
    },
    { key: 'waiting', label: 'Waiting for', options: [{ value: 'me', label: 'Me' }] },
    {
      key: 'trigger',
      label: 'Started',
      many: true,
      options: optionsOf(
        named(triggerNames, [...searchParams.getAll('trigger'), ...rows.map(({ trigger }) => trigger)]),
      ),
    },
    {
      key: 'cost',
      label: 'Cost',
      options: withOwn(
        ['-0', '0.01-', '0.1-', '1-', '10-'].map((value) => ({ value, label: costName(value) })),
        chosen('cost'),
        costName,
      ),
    },
    { key: 'since', label: 'Since', options: withOwn(spans, chosen('since'), dayName) },
    { key: 'until', label: 'Until', options: withOwn([], chosen('until'), dayName) },
  ]
  return filters.filter(({ options }) => options.length > 0)
}
