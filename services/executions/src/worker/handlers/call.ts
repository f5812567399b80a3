import { signIdentity } from '@quillworks/service-kit/identity'
import { ErrorCode, Events, NatsError, type NatsConnection } from 'nats'
import { z } from 'zod'
import { stepCallReplySchema, type StepCall } from '../../contract/calls.ts'
import { completionToken } from '../completion-token.ts'
import { untilAbort } from '../until-abort.ts'
import { OwnOutage, StepError, type StepContext, type StepHandler } from './handler.ts'

const inputSchema = z.object({ subject: z.string(), body: z.unknown().optional() })
const oneRequestMs = 30_000
const pauseMs = 250
const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Asks an activity of a service, or of a user's own worker, and waits for its answer as long as the attempt lives. */
export function callHandler({
  nats,
  secret,
  sign = signIdentity,
}: {
  nats: NatsConnection
  secret: string
  sign?: typeof signIdentity
}): StepHandler {
  const link = watchLink(nats)
  return async (context) => {
    const { step, read, signal, onWaiting } = context
    const content = await read([step.inputRef])
    const { subject, body } = inputSchema.parse(content.get(step.inputRef))
    const inputs = await inputsOf(context)
    const audience = subject.split('.')[1] ?? ''
    const ours = audience !== 'worker'
    const { state, attempt } = context
    const token = completionToken(secret, { executionId: state.id, stepKey: step.key, attempt })
    for (;;) {
      const identity = ours ? { identity: await signedFor(context, { secret, audience, sign }) } : {}
      const request = JSON.stringify({
        ...stepCallOf(context),
        ...identity,
        token,
        body: body ?? null,
        inputs,
      })
      const answered = await ask({
        nats,
        subject,
        request,
        signal,
        onAway: (ofUs) => (ofUs || ours) && onWaiting(true),
        link,
      })
      if (answered === null) continue
      const reply = stepCallReplySchema.safeParse(answered.reply)
      if (!reply.success)
        throw new StepError('step.bad_reply', `${subject} gave no valid answer.`, { retryable: false })
      if (reply.data.ok) {
        const { accepted, output } = reply.data
        if (accepted) return { acceptedUntil: Date.parse(accepted.until) }
        return { output: output ?? null, usage: 'none', finishReason: null }
      }
      const { code, message, retryable } = reply.data
      const error = new StepError(code, message, { retryable })
      throw ours && retryable && code === 'service.unavailable' ? new OwnOutage(error) : error
    }
  }
}

async function inputsOf({ state, step, read }: StepContext): Promise<Record<string, unknown>> {
  const before = step.after.flatMap((key) => {
    const ref = state.steps.get(key)?.outputRef
    return ref ? [{ key, ref }] : []
  })
  const outputs = await read(before.map(({ ref }) => ref))
  return Object.fromEntries(before.map(({ key, ref }) => [key, outputs.get(ref) ?? null]))
}

function stepCallOf({
  state,
  step,
  attempt,
  fence,
  runAs,
}: StepContext): Omit<StepCall, 'token' | 'body' | 'inputs'> {
  const { organizationId, projectId, userId } = runAs
  return { executionId: state.id, stepKey: step.key, attempt, fence, organizationId, projectId, userId }
}

/** Signed anew for each request: a signature lives 60 seconds, and an outage may last longer. */
function signedFor(
  { runAs }: StepContext,
  { secret, audience, sign }: { secret: string; audience: string; sign: typeof signIdentity },
): Promise<string> {
  const principal = `user:${runAs.userId}`
  return sign({ secret, audience, identity: { ...runAs, role: 'service', principal } })
}

/** One request; null when nobody answered, which is no failure of the attempt: whoever answers may be starting. */
async function ask(input: {
  nats: NatsConnection
  subject: string
  request: string
  signal: AbortSignal
  link: Link
  /** Nobody is there to answer, or (`ofUs`) NATS is away. */
  onAway: (ofUs: boolean) => void
}): Promise<{ reply: unknown } | null> {
  input.signal.throwIfAborted()
  const away = () => input.onAway(true)
  if (input.link.isDown) away()
  input.link.asking.add(away)
  try {
    const reply = await input.nats.request(input.subject, input.request, { timeout: oneRequestMs })
    return { reply: read(reply.data) }
  } catch (error) {
    if (error instanceof NatsError && error.code === ErrorCode.NoResponders) input.onAway(false)
    await untilAbort(input.signal, pauseMs)
    return null
  } finally {
    input.link.asking.delete(away)
  }
}

/** What is no JSON in UTF-8 is an answer all the same, and fits nothing. */
function read(data: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(data)) as unknown
  } catch {
    return undefined
  }
}

interface Link {
  isDown: boolean
  asking: Set<() => void>
}

/** Whether NATS is connected; tells whoever is asking when it is cut, since their answer may be lost with it. */
function watchLink(nats: NatsConnection): Link {
  const link: Link = { isDown: false, asking: new Set() }
  const follow = async () => {
    for await (const { type } of nats.status()) {
      if (type === Events.Reconnect) link.isDown = false
      if (type !== Events.Disconnect) continue
      link.isDown = true
      for (const away of link.asking) away()
    }
  }
  void follow()
  return link
}
