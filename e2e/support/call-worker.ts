import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs'
import { connectNats } from '@quillworks/messaging/connect'

/** One request as an outside worker saw it, before it answered. */
export interface WorkerCall {
  at: number
  executionId: string
  stepKey: string
  attempt: number
  fence: number
}

/** A worker of a user, outside of Quillworks: it echoes, after a pause that the body names. */
export interface CallWorker {
  subject: string
  calls: readonly WorkerCall[]
  /** Called with each request, after it is in the ledger and before it is answered. */
  onCall: (listener: ((call: WorkerCall) => void) | undefined) => void
  close: () => Promise<void>
}

interface Request extends WorkerCall {
  body: { echo: string; delayMs?: number; failFirst?: boolean }
}

/** Starts to answer `qw-act.worker.<organization>.echo`; each call is a line in the ledger, synced before the answer. */
export async function startCallWorker(options: {
  natsUrl: string
  secret: string
  organizationId: string
  ledgerFile: string
}): Promise<CallWorker> {
  const subject = `qw-act.worker.${options.organizationId}.echo`
  const nats = await connectNats({
    url: options.natsUrl,
    secret: options.secret,
    name: 'outside-worker',
    grants: { publish: ['_INBOX.>'], subscribe: [subject] },
  })
  const ledger = openSync(options.ledgerFile, 'a')
  const calls: WorkerCall[] = []
  let listener: ((call: WorkerCall) => void) | undefined
  nats.subscribe(subject, {
    queue: 'echo',
    callback: (error, message) => {
      if (error) return
      const { executionId, stepKey, attempt, fence, body } = message.json<Request>()
      const call = { at: Date.now(), executionId, stepKey, attempt, fence }
      calls.push(call)
      writeSync(ledger, `${JSON.stringify({ kind: 'call', ...call })}\n`)
      fsyncSync(ledger)
      listener?.(call)
      const fails = body.failFirst === true && attempt === 1
      const answer = fails
        ? { ok: false, code: 'worker.busy', message: 'Not this time.', retryable: true }
        : { ok: true, output: `<${body.echo}>` }
      setTimeout(() => message.respond(JSON.stringify(answer)), body.delayMs ?? 0)
    },
  })
  await nats.flush()
  return {
    subject,
    calls,
    onCall: (next) => {
      listener = next
    },
    close: async () => {
      await nats.close()
      closeSync(ledger)
    },
  }
}
