import { AppError } from '@quillworks/service-kit/errors'
import type { Logger } from '@quillworks/service-kit/logger'
import { isOutage } from '@quillworks/service-kit/outages'
import { currentTraceparent, runWithTrace } from '@quillworks/service-kit/trace'
import { inWords } from '@quillworks/service-kit/validation-words'
import { headers, type Msg, type NatsConnection } from 'nats'
import type { z } from 'zod'

/** What a failed activity answers; a handler's own success answer says `ok: true`. */
export interface ActivityFailure {
  ok: false
  code: string
  message: string
  issues: { path: (string | number)[]; message: string }[]
  retryable: boolean
}

function failure(error: unknown, logger: Logger): ActivityFailure {
  if (isOutage(error)) {
    logger.warn({ err: error }, 'An activity met an outage')
    const message =
      error instanceof AppError ? error.message : 'Quillworks has lost its database for a moment. Try again.'
    return { ok: false, code: 'service.unavailable', message, issues: [], retryable: true }
  }
  if (error instanceof AppError) {
    return { ok: false, code: error.code, message: error.message, issues: error.issues, retryable: false }
  }
  logger.error({ err: error }, 'An activity failed')
  return {
    ok: false,
    code: 'internal',
    message: 'This failed inside Quillworks.',
    issues: [],
    retryable: true,
  }
}

/**
 * Answers requests on `subject`, shared among replicas. A body that does not fit the schema answers `input.invalid`; a
 * thrown `AppError` answers its code, an outage `service.unavailable`; the handler answers only after its own commit.
 */
export function serveActivity<S extends z.ZodType>(input: {
  nats: NatsConnection
  subject: string
  queue: string
  schema: S
  logger: Logger
  handle: (body: z.output<S>) => Promise<object>
}): { stop: () => Promise<void> } {
  const answer = async (message: Msg) => {
    let reply: object
    try {
      let body: unknown
      try {
        body = message.json()
      } catch (cause) {
        throw new AppError('input.invalid', 'The body is not JSON.', { cause })
      }
      const parsed = input.schema.safeParse(body, { error: inWords })
      if (!parsed.success) {
        throw new AppError('input.invalid', 'The body does not fit.', {
          issues: parsed.error.issues.map((issue) => ({
            path: issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part)),
            message: issue.message,
          })),
        })
      }
      reply = await input.handle(parsed.data)
    } catch (error) {
      reply = failure(error, input.logger)
    }
    message.respond(JSON.stringify(reply))
  }
  const subscription = input.nats.subscribe(input.subject, {
    queue: input.queue,
    callback: (error, message) => {
      if (error) {
        input.logger.error({ err: error, subject: input.subject }, 'An activity subscription failed')
        return
      }
      void runWithTrace(message.headers?.get('traceparent'), () => answer(message))
    },
  })
  return { stop: () => subscription.drain() }
}

const tryMs = 2_000
const pauseMs = 100

/**
 * Sends the same request again until somebody answers, for `deadlineMs` at most; the receiver makes it count once. No
 * answer at all is `service.unavailable` with `unanswered` as its message.
 */
export async function requestUntilAnswered<S extends z.ZodType>(input: {
  nats: NatsConnection
  subject: string
  body: unknown
  schema: S
  deadlineMs: number
  unanswered: string
}): Promise<z.output<S>> {
  const giveUpAt = performance.now() + input.deadlineMs
  const payload = JSON.stringify(input.body)
  const head = headers()
  const traceparent = currentTraceparent()
  if (traceparent) head.set('traceparent', traceparent)
  let cause: unknown
  for (;;) {
    const left = giveUpAt - performance.now()
    if (left <= 0) throw new AppError('service.unavailable', input.unanswered, { cause })
    try {
      const reply = await input.nats.request(input.subject, payload, {
        timeout: Math.max(1, Math.min(tryMs, left)),
        headers: head,
      })
      return input.schema.parse(reply.json())
    } catch (error) {
      if (error instanceof Error && error.name === 'ZodError') throw error
      cause = error
      await new Promise((resolve) => setTimeout(resolve, Math.min(pauseMs, Math.max(0, left))))
    }
  }
}
