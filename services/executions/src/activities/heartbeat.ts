import { invalidInput, notFound } from '@quillworks/service-kit/errors'
import type { z } from 'zod'
import type { CompleteReply, heartbeatSchema } from '../contract/calls.ts'
import { readCompletionToken } from '../worker/completion-token.ts'
import { refusal, type CompleteTools } from './complete.ts'

/** Gives the worker of an attempt more time, up to the limit of its step; answers until when it now has. */
export async function heartbeat(
  { storage, secret, now }: Omit<CompleteTools, 'worker'> & { now: () => number },
  request: z.output<typeof heartbeatSchema>,
): Promise<CompleteReply> {
  const name = readCompletionToken(secret, request.token)
  const { executionId, stepKey, attempt } = name
  const until = Date.parse(request.until)
  if (until <= now()) throw invalidInput([{ path: ['until'], message: 'This time has passed.' }])
  const state = await storage.applyLocked(executionId, { type: 'heartbeat', stepKey, attempt, until })
  if (!state) throw notFound('execution')
  const open = state.steps.get(stepKey)?.open
  if (open?.number !== attempt || open.until === null || open.until <= now()) throw refusal(state, name)
  return { ok: true, until: new Date(open.until).toISOString() }
}
