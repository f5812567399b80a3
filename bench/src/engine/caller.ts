import { executionReplySchema, startSubject } from '@quillworks/executions/contract'
import { requestUntilAnswered } from '@quillworks/messaging/activities'
import { connectNats } from '@quillworks/messaging/connect'
import { wallMs } from '../support/clock.ts'
import { helperSetup, serveHelper } from '../support/helper.ts'
import { type BenchKind, runAs, startRequest } from './plan.ts'

// The caller: starts executions over NATS as the services do, and hears of their ends as a tap does, on the subjects of
// its organization's events.

export interface CallerSetup {
  natsUrl: string
  secret: string
}

export interface Load {
  kind: BenchKind
  count: number
  inFlight: number
  moments?: boolean
}

export interface LoadResult {
  wallSeconds: number
  /** From the request to the final event, per execution. */
  toEndMs: number[]
  /** From the request to its answer, which comes after the first commit. */
  toAnswerMs: number[]
  /** Ids of all executions. */
  ids: string[]
  notSucceeded: number
  /** When the last end was heard, epoch ms. */
  endedAt: number
  /** The moments of each execution in epoch ms, where they were asked for. */
  moments: Moments[]
}

export interface Moments {
  id: string
  requestedMs: number
  answeredMs: number
  endedMs: number
}

const longestMs = 120_000
const finals = ['succeeded', 'failed', 'canceled', 'timed_out']

const setup = helperSetup<CallerSetup>()
const events = `qw.${runAs.organizationId}.executions.execution`
const nats = await connectNats({
  url: setup.natsUrl,
  secret: setup.secret,
  name: 'bench-caller',
  grants: { publish: [startSubject], subscribe: ['_INBOX.>', `${events}.>`] },
})
const ends = new Map<string, (past: string) => void>()
for (const past of finals) {
  nats.subscribe(`${events}.*.${past}`, {
    callback: (_error, message) => {
      const id = message.subject.split('.')[4] ?? ''
      ends.get(id)?.(past)
      ends.delete(id)
    },
  })
}
await nats.flush()

async function one({ kind, moments }: Load, result: LoadResult): Promise<void> {
  const body = startRequest(kind)
  const ended = new Promise<string>((resolve) => ends.set(body.id, resolve))
  const requestedMs = wallMs()
  const startedAt = performance.now()
  const reply = await requestUntilAnswered({
    nats,
    subject: startSubject,
    body,
    schema: executionReplySchema,
    deadlineMs: longestMs,
    unanswered: 'The engine did not answer.',
  })
  if (!reply.ok) throw new Error(`${reply.code}: ${reply.message}`)
  result.toAnswerMs.push(performance.now() - startedAt)
  const answeredMs = wallMs()
  const past = await ended
  if (moments) result.moments.push({ id: body.id, requestedMs, answeredMs, endedMs: wallMs() })
  result.toEndMs.push(performance.now() - startedAt)
  result.ids.push(body.id)
  if (past !== 'succeeded') result.notSucceeded += 1
}

async function load(what: Load): Promise<LoadResult> {
  const result: LoadResult = {
    wallSeconds: 0,
    toEndMs: [],
    toAnswerMs: [],
    ids: [],
    notSucceeded: 0,
    moments: [],
    endedAt: 0,
  }
  const { count, inFlight } = what
  const startedAt = performance.now()
  let left = count
  const lane = async () => {
    while (left > 0) {
      left -= 1
      await one(what, result)
    }
  }
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => late.reject(new Error(`${result.ids.length} of ${count} ended within ${longestMs} ms.`)),
    longestMs,
  )
  await Promise.race([Promise.all(Array.from({ length: inFlight }, lane)), late.promise])
  clearTimeout(timer)
  result.wallSeconds = (performance.now() - startedAt) / 1000
  result.endedAt = Date.now()
  return result
}

serveHelper({ load })
