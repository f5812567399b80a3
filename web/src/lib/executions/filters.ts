import type { Address } from '../ui/url-state.ts'
import type { ExecutionFilter } from './execution-rows.documents.ts'

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

/** Of many values one counts; of these any. */
const several = new Set<string>(['status', 'kind', 'trigger'])

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** What one looks back by most often. */
const spans: Record<string, number> = { '24h': dayMs, '7d': 7 * dayMs, '30d': 30 * dayMs }

const searchLeast = 2
const searchMost = 200

/** A cost as `0.1-2` says it: from and to, either of which may be left out, in US dollars. */
export function costOf(text: string): { atLeast?: number; atMost?: number } | undefined {
  const [, from, to] = /^(\d+(?:\.\d+)?)?-(\d+(?:\.\d+)?)?$/.exec(text) ?? []
  if (from === undefined && to === undefined) return undefined
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

interface Asker {
  projectId: string
  viewerId: string
  now: Date
}

/** What the API is asked for the list at this address; a parameter that says nothing sensible narrows nothing. */
export function filterOf({ searchParams }: Address, { projectId, viewerId, now }: Asker): ExecutionFilter {
  const one = (key: (typeof narrowing)[number]) => searchParams.get(key) ?? ''
  const any = (key: (typeof narrowing)[number]) => [...new Set(searchParams.getAll(key).filter(Boolean))]
  const text = one('search').trim().slice(0, searchMost)
  const status = any('status').filter(isStatus)
  const [kind, trigger, by] = [any('kind').slice(0, 50), any('trigger').slice(0, 50), one('by')]
  const [cost, since, until] = [costOf(one('cost')), sinceOf(one('since'), now), dayOf(one('until'))]
  const createdBy = by === 'me' || one('waiting') === 'me' ? viewerId : isUuid(by) ? by : undefined
  const backwards = since !== undefined && until !== undefined && since > until
  return {
    projectId,
    ...(text.length >= searchLeast && { text }),
    ...(status.length > 0 && { status }),
    ...(kind.length > 0 && { kind }),
    ...(one('source') && { sourceId: one('source') }),
    ...(/^[a-z0-9_-]+\/\S+$/.test(one('model')) && { model: one('model') }),
    ...(createdBy && { createdBy }),
    ...(one('waiting') === 'me' && { waitingFor: ['input', 'approval'] as const }),
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
  const params = new URLSearchParams()
  for (const key of narrowing) {
    const values = several.has(key)
      ? [...new Set(searchParams.getAll(key))].sort()
      : [searchParams.get(key) ?? '']
    for (const value of values) if (value.trim() !== '') params.append(key, value.trim())
  }
  return params.toString()
}

/** The same of a view as it was kept, which a newer version may say in another way. */
export const queryOfView = (query: string) => queryOf({ searchParams: new URLSearchParams(query) })
