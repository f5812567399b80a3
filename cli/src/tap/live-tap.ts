import { tapGrants, tapInbox } from '@quillworks/messaging/grants'
import { CommandError } from '../command-error.ts'
import { connectTapNats, type NatsAccess } from './tap-connection.ts'
import type { TapMessage } from './tap-event.ts'

/** Gives the events of a subject as they happen, until the signal aborts; what happens while NATS is away is not seen. */
export async function* liveTap(input: {
  access: NatsAccess
  organizationId: string
  subject: string
  signal: AbortSignal
  onReady: () => void
}): AsyncGenerator<TapMessage> {
  const nats = await connectTapNats({
    access: input.access,
    name: `tap-${input.organizationId}`,
    grants: tapGrants(input.organizationId),
    inboxPrefix: tapInbox(input.organizationId),
  })
  const close = () => void nats.close()
  input.signal.addEventListener('abort', close)
  if (input.signal.aborted) close()
  try {
    const subscription = nats.subscribe(input.subject)
    await nats.flush()
    input.onReady()
    for await (const message of subscription) yield { subject: message.subject, text: message.string() }
  } catch (error) {
    if (input.signal.aborted) return
    throw new CommandError(
      'nats.refused',
      `NATS ended the tap: ${error instanceof Error ? error.message : String(error)}.`,
      {
        cause: error,
      },
    )
  } finally {
    input.signal.removeEventListener('abort', close)
    await nats.close()
  }
}
