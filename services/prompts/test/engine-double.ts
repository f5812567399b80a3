import { connectNats } from '@quillworks/messaging/connect'
import { engineGrants } from '@quillworks/messaging/grants'
import { serveActivity } from '@quillworks/messaging/activities'
import { AppError, notFound } from '@quillworks/service-kit/errors'
import { newId } from '@quillworks/service-kit/ids'
import { createLogger } from '@quillworks/service-kit/logger'
import {
  commandSchema,
  commandSubject,
  lineageSchema,
  lineageSubject,
  startExecutionSchema,
  startSubject,
  type ExecutionReply,
  type LineageReply,
} from '@quillworks/executions/contract'
import type { z } from 'zod'

export type Started = z.output<typeof startExecutionSchema>
export type Commanded = z.output<typeof commandSchema>

/** Answers as executions does, over real NATS and through the schemas of its contract, and keeps what it was asked. */
export interface EngineDouble {
  starts: Started[]
  commands: Commanded[]
  /** The next start is accepted and its answer lost, as when the process is killed between commit and reply. */
  loseNextAnswer: () => void
  /** The next request is refused. */
  refuseNext: (error: AppError) => void
  /** Makes an execution of an earlier one, as a fork or a retry does; answers its id. */
  derive: (fromId: string, userId: string) => string
  /** As if it had never heard of it. */
  forget: (id: string) => void
  close: () => Promise<void>
}

export async function startEngineDouble(input: { url: string; secret: string }): Promise<EngineDouble> {
  const nats = await connectNats({ ...input, name: 'executions', grants: engineGrants('executions') })
  const logger = createLogger('executions', { level: 'silent' })
  const starts = new Map<string, Started>()
  const byKey = new Map<string, Started>()
  const commands = new Map<string, Commanded>()
  const derived = new Map<string, { fromId: string; userId: string }>()
  let losing = false
  let refusal: AppError | undefined

  const refuse = () => {
    const error = refusal
    refusal = undefined
    if (error) throw error
  }
  const start = async (body: Started): Promise<ExecutionReply> => {
    refuse()
    const key =
      body.idempotency && `${body.runAs.userId} ${body.idempotency.operation} ${body.idempotency.key}`
    const earlier = starts.get(body.id) ?? (key === undefined ? undefined : byKey.get(key))
    if (earlier && earlier.idempotency?.requestHash !== body.idempotency?.requestHash) {
      throw new AppError('idempotency.mismatch', 'This key was used for something else.')
    }
    if (!earlier) {
      starts.set(body.id, body)
      if (key !== undefined) byKey.set(key, body)
    }
    if (losing) {
      losing = false
      // Longer than one try: the asker asks again and finds what this one accepted.
      await new Promise((resolve) => setTimeout(resolve, 2_200))
    }
    return { ok: true, id: earlier?.id ?? body.id, revision: 1 }
  }
  const lineage = (body: z.output<typeof lineageSchema>): LineageReply => {
    const earlier: string[] = []
    let id = body.executionId
    const userId = derived.get(id)?.userId
    for (let from = derived.get(id); from; from = derived.get(id)) {
      id = from.fromId
      earlier.push(id)
    }
    const first = starts.get(id)
    if (first?.runAs.organizationId !== body.organizationId || (userId ?? first.runAs.userId) !== body.userId)
      throw notFound('execution')
    const { projectId } = first.runAs
    return { ok: true, id: body.executionId, projectId, conversation: first.plan.conversation, earlier }
  }
  const served = [
    serveActivity({
      nats,
      subject: lineageSubject,
      queue: 'executions',
      schema: lineageSchema,
      logger,
      handle: async (body) => lineage(body),
    }),
    serveActivity({
      nats,
      subject: startSubject,
      queue: 'executions',
      schema: startExecutionSchema,
      logger,
      handle: start,
    }),
    serveActivity({
      nats,
      subject: commandSubject,
      queue: 'executions',
      schema: commandSchema,
      logger,
      handle: async (body): Promise<ExecutionReply> => {
        refuse()
        commands.set(`${body.executionId} ${body.idempotencyKey ?? ''}`, body)
        return { ok: true, id: body.executionId, revision: 2 }
      },
    }),
  ]
  await nats.flush()
  return {
    get starts() {
      return [...starts.values()]
    },
    get commands() {
      return [...commands.values()]
    },
    loseNextAnswer: () => (losing = true),
    refuseNext: (error) => (refusal = error),
    derive: (fromId, userId) => {
      const id = newId()
      derived.set(id, { fromId, userId })
      return id
    },
    forget: (id) => starts.delete(id),
    close: async () => {
      await Promise.all(served.map((one) => one.stop()))
      await nats.close()
    },
  }
}
