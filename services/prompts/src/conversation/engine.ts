import {
  commandSubject,
  executionReplySchema,
  lineageReplySchema,
  lineageSubject,
  startSubject,
  type ExecutionCommand,
  type LineageReply,
  type LineageRequest,
  type StartExecution,
} from '@quillworks/executions/contract'
import { requestUntilAnswered } from '@quillworks/messaging/activities'
import { AppError, type Issue } from '@quillworks/service-kit/errors'
import type { NatsConnection } from 'nats'

/** How executions is asked. */
export interface Engine {
  nats: NatsConnection
  /** How long to ask again before the caller is told that nobody answered, in milliseconds. */
  deadlineMs: number
}

/** Room that headers and protocol take from the largest message. */
const protocolBytes = 4_096

/** Starts an execution and answers its id: another one than asked for where the idempotency key was used before. */
export function startExecution(engine: Engine, body: StartExecution): Promise<string> {
  return ask(engine, startSubject, body, body.id)
}

/** Gives a command to a running execution and answers its id. */
export function commandExecution(engine: Engine, body: ExecutionCommand): Promise<string> {
  return ask(engine, commandSubject, body, body.executionId)
}

export type Lineage = Extract<LineageReply, { ok: true }>

/** What a conversation of the caller's own was made of; null where they see no such execution, refused where they only see it. */
export async function askLineage(engine: Engine, body: LineageRequest): Promise<Lineage | null> {
  const reply = await requestUntilAnswered({
    nats: engine.nats,
    subject: lineageSubject,
    body,
    schema: lineageReplySchema,
    deadlineMs: engine.deadlineMs,
    unanswered: 'The engine did not answer in time. Nothing was sent; try again.',
  })
  if (reply.ok) return reply
  if (reply.code === 'execution.not_found') return null
  if (reply.code === 'auth.forbidden') throw new AppError(reply.code, reply.message)
  throw new AppError('service.unavailable', 'The engine could not look the conversation up. Try again.')
}

async function ask(engine: Engine, subject: string, body: object, id: string): Promise<string> {
  const bytes = Buffer.byteLength(JSON.stringify(body))
  const most = (engine.nats.info?.max_payload ?? 1024 * 1024) - protocolBytes
  if (bytes > most) {
    throw new AppError(
      'prompt.too_large',
      `The rendered prompt with its values has ${bytes} bytes; ${most} can be sent.`,
    )
  }
  const unanswered = `The engine did not answer in time. Execution ${id} may still begin: look for it before trying again.`
  const reply = await requestUntilAnswered({
    nats: engine.nats,
    subject,
    body,
    schema: executionReplySchema,
    deadlineMs: engine.deadlineMs,
    unanswered,
  })
  if (reply.ok) return reply.id
  // What broke inside may have happened after its commit, so that this is no refusal.
  if (reply.code === 'internal' || reply.code === 'service.unavailable')
    throw new AppError('service.unavailable', unanswered)
  throw new AppError(reply.code, reply.message, { issues: reply.issues.map(asAsked) })
}

/** Where the engine finds fault with a model, wherever it stands in its request, the caller's own field is meant. */
function asAsked(issue: Issue): Issue {
  return issue.path.at(-1) === 'model' ? { ...issue, path: ['model'] } : issue
}
