import { connectNats } from '@quillworks/messaging/connect'
import { engineGrants } from '@quillworks/messaging/grants'
import { serveActivity } from '@quillworks/messaging/activities'
import { AppError } from '@quillworks/service-kit/errors'
import { createLogger } from '@quillworks/service-kit/logger'
import {
  commandSchema,
  commandSubject,
  startExecutionSchema,
  startSubject,
  type ExecutionReply,
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
  close: () => Promise<void>
}

export async function startEngineDouble(input: { url: string; secret: string }): Promise<EngineDouble> {
  const nats = await connectNats({ ...input, name: 'executions', grants: engineGrants('executions') })
  const logger = createLogger('executions', { level: 'silent' })
  const starts = new Map<string, Started>()
  const byKey = new Map<string, Started>()
  const commands = new Map<string, Commanded>()
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
  const served = [
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
    close: async () => {
      await Promise.all(served.map((one) => one.stop()))
      await nats.close()
    },
  }
}
