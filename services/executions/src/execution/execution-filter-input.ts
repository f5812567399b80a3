import { invalidInput, type Issue } from '@quillworks/service-kit/errors'
import { isId } from '@quillworks/service-kit/ids'
import type { WaitKind } from '../contract/events.ts'
import type { ExecutionStatus } from '../contract/status.ts'
import type { ExecutionFilter } from './execution-filter.ts'

type Maybe<T> = T | null | undefined

/** A filter as the API takes it; null and what is left out do not limit. */
export interface GivenFilter {
  ids?: Maybe<string[]>
  kind?: Maybe<string[]>
  status?: Maybe<ExecutionStatus[]>
  waitingFor?: Maybe<WaitKind[]>
  sourceType?: Maybe<string>
  sourceId?: Maybe<string>
  trigger?: Maybe<string[]>
  model?: Maybe<string>
  text?: Maybe<string>
  costAtLeast?: Maybe<number>
  costAtMost?: Maybe<number>
  track?: Maybe<boolean>
  createdBy?: Maybe<string>
  projectId?: Maybe<string>
  createdAfter?: Maybe<Date>
  createdBefore?: Maybe<Date>
}

const mostIds = 100
const mostNames = 50
const longest = 200
/** In dollars. Nano-dollars of it are still exact in a number. */
const highestCost = 1_000_000

const lowestId = '00000000-0000-0000-0000-000000000000'
/** A beginning of an id, which no name looks like: eight digits and a dash at least. */
const isStartOfId = (text: string) =>
  /^[0-9a-f]{8}-[0-9a-f-]*$/.test(text) && isId(text + lowestId.slice(text.length))

/** A search as names are looked through for it, or as the ids that begin with it. */
function searchOf(text: Maybe<string>): Pick<ExecutionFilter, 'text' | 'idsFromTo'> {
  const words = text?.trim() ?? ''
  if (words === '') return {}
  const start = words.toLowerCase()
  if (!isStartOfId(start)) return { text: words }
  const rest = lowestId.slice(start.length)
  return { idsFromTo: [start + rest, start + rest.replaceAll('0', 'f')] }
}

const nanoUsd = (usd: Maybe<number>) => (usd == null ? undefined : Math.round(usd * 1e9))

function problemsOf(given: GivenFilter): Issue[] {
  const issues: Issue[] = []
  const say = (name: keyof GivenFilter, message: string) => issues.push({ path: ['filter', name], message })
  const ids = { ids: given.ids ?? [], createdBy: [given.createdBy], projectId: [given.projectId] }
  for (const [name, asked] of Object.entries(ids)) {
    if (asked.some((id) => id != null && !isId(id))) say(name as keyof typeof ids, 'An id is a UUID.')
  }
  if ((given.ids?.length ?? 0) > mostIds) say('ids', `Ask for at most ${mostIds} at once.`)
  for (const name of ['kind', 'trigger'] as const) {
    if ((given[name]?.length ?? 0) > mostNames) say(name, `Name at most ${mostNames}.`)
  }
  const text = given.text?.trim() ?? ''
  if (text.length === 1) say('text', 'Give at least 2 characters to look for.')
  if (text.length > longest) say('text', `Give at most ${longest} characters to look for.`)
  // Postgres has no place for it.
  if (text.includes('\0')) say('text', 'U+0000 stands in no name.')
  if (given.model != null && !/^[a-z0-9_-]+\/\S{1,200}$/.test(given.model))
    say('model', 'A model is written provider/model, such as demo/writer.')
  for (const name of ['costAtLeast', 'costAtMost'] as const) {
    const usd = given[name]
    if (usd != null && !(usd >= 0 && usd <= highestCost))
      say(name, `Give US dollars from 0 to ${highestCost.toLocaleString('en')}.`)
  }
  if (given.costAtLeast != null && given.costAtMost != null && given.costAtLeast > given.costAtMost)
    say('costAtMost', 'This is less than costAtLeast: nothing can cost that.')
  if (given.createdAfter && given.createdBefore && given.createdAfter >= given.createdBefore)
    say('createdBefore', 'This is not after createdAfter: nothing was made between.')
  return issues
}

/** Checks a filter, all problems at once, before anything of it reaches SQL. */
export function filterOf(given: Maybe<GivenFilter>): ExecutionFilter {
  if (!given) return { track: true }
  const problems = problemsOf(given)
  if (problems.length > 0) throw invalidInput(problems)
  const track = given.track === undefined ? true : given.track
  const waitingFor = given.waitingFor ?? undefined
  return {
    ids: given.ids ?? undefined,
    kind: given.kind ?? undefined,
    status: given.status ?? (waitingFor && ['waiting']),
    waitingFor,
    sourceType: given.sourceType ?? undefined,
    sourceId: given.sourceId ?? undefined,
    trigger: given.trigger ?? undefined,
    model: given.model ?? undefined,
    ...searchOf(given.text),
    costFrom: nanoUsd(given.costAtLeast),
    costTo: nanoUsd(given.costAtMost),
    // Whoever names ids wants just those.
    track: track === null || given.ids != null ? undefined : track,
    createdBy: given.createdBy ?? undefined,
    projectId: given.projectId ?? undefined,
    createdAfter: given.createdAfter ?? undefined,
    createdBefore: given.createdBefore ?? undefined,
  }
}
