import { withParams, type Address } from '../ui/url-state.ts'
import type { ExecutionFilter } from './execution-rows.documents.ts'
import { kindNames, triggerNames } from './kinds.ts'

// What the list of executions shows stands in its address: `?status=failed&model=demo/writer&cost=0.1-`.

/** The parameters that narrow the list, in the order in which a view keeps them. */
const narrowing = [
  'search',
  'status',
  'kind',
  'source',
  'model',
  'by',
  'waiting',
  'trigger',
  'cost',
  'since',
  'until',
] as const
type Narrowing = (typeof narrowing)[number]

export const statuses = [
  'queued',
  'running',
  'waiting',
  'succeeded',
  'failed',
  'timed_out',
  'canceled',
] as const
type Status = (typeof statuses)[number]

/** Of many values the first counts; of these any. */
const several = new Set<Narrowing>(['status', 'kind', 'trigger'])

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** What one looks back by most often. */
const spans: Record<string, number> = { '24h': dayMs, '7d': 7 * dayMs, '30d': 30 * dayMs }

const searchLeast = 2
const searchMost = 200
const highestCost = 1_000_000

/** A cost as `0.1-2` says it: from and to, either of which may be left out, in US dollars. */
export function costOf(text: string): { atLeast?: number; atMost?: number } | undefined {
  const [, from, to] = /^(\d+(?:\.\d+)?)?-(\d+(?:\.\d+)?)?$/.exec(text) ?? []
  if (from === undefined && to === undefined) return undefined
  const ends = [Number(from ?? 0), Number(to ?? highestCost)] as const
  if (ends[0] > ends[1] || ends[1] > highestCost) return undefined
  return {
    ...(from !== undefined && { atLeast: Number(from) }),
    ...(to !== undefined && { atMost: Number(to) }),
  }
}

/** The day that `2026-01-31` names, as its beginning in UTC. */
function dayOf(text: string): number | undefined {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN
  return Number.isNaN(at) ? undefined : at
}

/** Since when: a span before `now`, to the hour, so that the pages of one list agree; or a day. */
function sinceOf(text: string, now: Date): number | undefined {
  const span = spans[text]
  return span === undefined ? dayOf(text) : Math.floor((now.getTime() - span) / hourMs) * hourMs
}

const isUuid = (text: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)
const isStatus = (text: string): text is Status => statuses.some((status) => status === text)
const noDay = (text: string) => dayOf(text) === undefined

/** What the page knows how to look for. */
const makesSense: Record<Narrowing, (text: string) => boolean> = {
  search: (text) => text.length >= searchLeast && !text.includes('\0'),
  status: isStatus,
  kind: (text) => Object.hasOwn(kindNames, text),
  source: isUuid,
  model: (text) => /^[a-z0-9_-]+\/\S{1,200}$/.test(text),
  by: (text) => text === 'me' || isUuid(text),
  waiting: (text) => text === 'me',
  trigger: (text) => Object.hasOwn(triggerNames, text),
  cost: (text) => costOf(text) !== undefined,
  since: (text) => Object.hasOwn(spans, text) || !noDay(text),
  until: (text) => !noDay(text),
}

type Params = Address['searchParams']

/** What a parameter says, in the one way it is said: values that make no sense are none. */
function valuesOf(params: Params, key: Narrowing): string[] {
  const asked = params.getAll(key).map((value) => value.trim())
  const known = [...new Set(asked)].filter((value) => makesSense[key](value))
  if (key === 'until' && isBackwards(params)) return []
  return several.has(key) ? known.sort() : known.slice(0, 1)
}

/** From a day to one before it. */
function isBackwards(params: Params): boolean {
  const [since, until] = [dayOf(params.get('since') ?? ''), dayOf(params.get('until') ?? '')]
  return since !== undefined && until !== undefined && since > until
}

interface Asker {
  projectId: string
  viewerId: string
  now: Date
}

/** What the API is asked for the list at this address; a parameter that says nothing sensible narrows nothing. */
export function filterOf({ searchParams }: Address, { projectId, viewerId, now }: Asker): ExecutionFilter {
  const any = (key: Narrowing) => valuesOf(searchParams, key)
  const one = (key: Narrowing) => any(key)[0]
  const [status, kind, trigger] = [any('status').filter(isStatus), any('kind'), any('trigger')]
  const [text, by, waiting] = [one('search'), one('by'), one('waiting')]
  const [source, model] = [one('source'), one('model')]
  const [cost, since, until] = [
    costOf(one('cost') ?? ''),
    sinceOf(one('since') ?? '', now),
    dayOf(one('until') ?? ''),
  ]
  const createdBy = by === 'me' || waiting ? viewerId : by
  // Of a span it is known only now.
  const backwards = since !== undefined && until !== undefined && since > until
  return {
    projectId,
    ...(text !== undefined && { text: text.slice(0, searchMost) }),
    ...(status.length > 0 && { status }),
    ...(kind.length > 0 && { kind }),
    ...(source !== undefined && { sourceId: source }),
    ...(model !== undefined && { model }),
    ...(createdBy !== undefined && { createdBy }),
    ...(waiting !== undefined && { waitingFor: ['input', 'approval'] as const }),
    ...(trigger.length > 0 && { trigger }),
    ...(cost?.atLeast !== undefined && { costAtLeast: cost.atLeast }),
    ...(cost?.atMost !== undefined && { costAtMost: cost.atMost }),
    ...(since !== undefined && { createdAfter: new Date(since).toISOString() }),
    // The day itself belongs to it.
    ...(until !== undefined && !backwards && { createdBefore: new Date(until + dayMs).toISOString() }),
  }
}

/** What narrows the list at this address, said in one way: two addresses that show the same say the same. */
export function queryOf({ searchParams }: Pick<Address, 'searchParams'>): string {
  return new URLSearchParams(
    narrowing.flatMap((key) => valuesOf(searchParams, key).map((value) => [key, value])),
  ).toString()
}

/** The same of a view as it was kept, which a newer version may say in another way. */
export const queryOfView = (query: string) => queryOf({ searchParams: new URLSearchParams(query) })

/**
 * The address without what the page cannot look for, so that it says what the list shows; undefined where it does. A
 * search of one letter stays: it is being typed.
 */
export function tidied(url: Address): string | undefined {
  const { searchParams } = url
  const odd = narrowing.filter((key) => {
    const asked = searchParams.getAll(key)
    return key !== 'search' && asked.length > valuesOf(searchParams, key).length
  })
  if (odd.length === 0) return undefined
  const said = odd.map((key) => [key, valuesOf(searchParams, key)])
  return withParams(url, Object.fromEntries(said), { keepPlace: true })
}
