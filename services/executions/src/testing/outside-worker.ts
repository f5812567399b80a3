import { requestUntilAnswered, serveActivity } from '@quillworks/messaging/activities'
import { connectNats } from '@quillworks/messaging/connect'
import { createLogger } from '@quillworks/service-kit/logger'
import {
  completeReplySchema,
  completeSubject,
  heartbeatSubject,
  stepCallSchema,
  type Complete,
  type CompleteReply,
  type StepCall,
} from '../contract/calls.ts'
import type { EngineFixture } from './engine-fixture.ts'
import { runAs } from './engine-fixture.ts'

/** A worker of somebody's own, which accepts what it is asked and remembers it. */
export interface OutsideWorker {
  asked: StepCall[]
  complete: (request: Complete) => Promise<CompleteReply>
  heartbeat: (request: { token: string; until: string }) => Promise<CompleteReply>
  stop: () => Promise<void>
}

export const workerSubject = `qw-act.worker.${runAs.organizationId}.scan`

/** Serves `workerSubject` with what a worker needs and no more; each request is accepted for `acceptMs`. */
export async function startOutsideWorker(
  { nats: { url, secret } }: EngineFixture,
  acceptMs: number | ((call: StepCall) => number),
): Promise<OutsideWorker> {
  const nats = await connectNats({
    url,
    secret,
    name: 'outside',
    grants: {
      publish: ['_INBOX.>', completeSubject, heartbeatSubject],
      subscribe: ['_INBOX.>', workerSubject],
    },
  })
  const asked: StepCall[] = []
  serveActivity({
    nats,
    subject: workerSubject,
    queue: 'scan',
    schema: stepCallSchema,
    logger: createLogger('outside', { level: 'silent' }),
    handle: async (call) => {
      asked.push(call)
      const forMs = typeof acceptMs === 'number' ? acceptMs : acceptMs(call)
      return { ok: true, accepted: { until: inMs(forMs) } }
    },
  })
  await nats.flush()
  const ask = (subject: string, body: object) =>
    requestUntilAnswered({
      nats,
      subject,
      body,
      schema: completeReplySchema,
      deadlineMs: 30_000,
      unanswered: 'Nobody took it.',
    })
  return {
    asked,
    complete: (request) => ask(completeSubject, request),
    heartbeat: (request) => ask(heartbeatSubject, request),
    stop: () => nats.close(),
  }
}

export const inMs = (ms: number): string => new Date(Date.now() + ms).toISOString()
