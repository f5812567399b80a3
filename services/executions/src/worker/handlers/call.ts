import { signIdentity } from '@quillworks/service-kit/identity'
import type { NatsConnection } from 'nats'
import { z } from 'zod'
import { stepCallReplySchema, type StepCall } from '../../contract/calls.ts'
import { StepError, type StepContext, type StepHandler } from './handler.ts'

const inputSchema = z.object({ subject: z.string(), body: z.unknown() })
const oneRequestMs = 30_000
const pauseMs = 250

/** Asks an activity of a service, or of a user's own worker, and waits for its answer as long as the attempt lives. */
export function callHandler({ nats, secret }: { nats: NatsConnection; secret: string }): StepHandler {
  return async (context) => {
    const content = await context.read([context.step.inputRef])
    const { subject, body } = inputSchema.parse(content.get(context.step.inputRef))
    const request = JSON.stringify(await requestOf({ context, secret, subject, body }))
    for (;;) {
      const answer = await ask({ nats, subject, request, signal: context.signal })
      if (answer === null) continue
      const reply = stepCallReplySchema.safeParse(answer)
      if (!reply.success)
        throw new StepError('step.bad_reply', `${subject} gave no valid answer.`, { retryable: false })
      if (reply.data.ok) return { output: reply.data.output ?? null, usage: 'none', finishReason: null }
      const { code, message, retryable } = reply.data
      throw new StepError(code, message, { retryable })
    }
  }
}

async function requestOf(input: {
  context: StepContext
  secret: string
  subject: string
  body: unknown
}): Promise<StepCall> {
  const { state, step, attempt, fence, runAs, read } = input.context
  const before = step.after.flatMap((key) => {
    const ref = state.steps.get(key)?.outputRef
    return ref ? [{ key, ref }] : []
  })
  const outputs = await read(before.map(({ ref }) => ref))
  const { organizationId, projectId, userId, scopes } = runAs
  const audience = input.subject.split('.')[1] ?? ''
  const signed =
    audience === 'worker'
      ? {}
      : {
          identity: await signIdentity({
            secret: input.secret,
            audience,
            identity: {
              organizationId,
              projectId,
              userId,
              scopes,
              role: 'service',
              principal: `user:${userId}`,
            },
          }),
        }
  return {
    executionId: state.id,
    stepKey: step.key,
    attempt,
    fence,
    organizationId,
    projectId,
    userId,
    ...signed,
    body: input.body ?? null,
    inputs: Object.fromEntries(before.map(({ key, ref }) => [key, outputs.get(ref) ?? null])),
  }
}

/** One request; null when nobody answered, which is no failure of the attempt: whoever answers may be starting. */
async function ask(input: {
  nats: NatsConnection
  subject: string
  request: string
  signal: AbortSignal
}): Promise<unknown> {
  input.signal.throwIfAborted()
  try {
    const reply = await input.nats.request(input.subject, input.request, { timeout: oneRequestMs })
    return reply.json()
  } catch (error) {
    if (error instanceof SyntaxError) return {}
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, pauseMs)
      input.signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true })
    })
    return null
  }
}
