import { executionEventSubject } from './subjects.ts'
import { notFound } from '@quillworks/service-kit/errors'
import { isId } from '@quillworks/service-kit/ids'
import { requireIdentity } from '../context.ts'
import { BoundedQueue } from './bounded-queue.ts'
import type { LiveDependencies } from './dependencies.ts'
import type { Reader, StoredEvent } from './execution-reader.ts'
import { endAfter, isFinalStatus } from './execution-updated.ts'

const pageSize = 200

/**
 * The events of an execution after a revision: what is stored, then each new one, once and in order. A message on NATS
 * only wakes: events are always read from where they are kept, so that none is missed or comes twice. It completes after
 * the final event as `executionUpdated` does after the final state.
 */
export async function executionEvents(
  { reader, topics, watch, logger }: LiveDependencies,
  context: Reader,
  input: { id: string; afterRevision: number },
): Promise<BoundedQueue<StoredEvent>> {
  const { organizationId } = requireIdentity(context)
  if (!isId(input.id)) throw notFound('execution')
  const queue = new BoundedQueue<StoredEvent>()
  let last = Math.max(0, input.afterRevision)
  let known = last
  let ended = false
  let reading = false
  let again = false

  async function readOn(): Promise<void> {
    for (;;) {
      const events = await reader.events(context, input.id, last, pageSize)
      for (const event of events) {
        if (event.revision <= last) continue
        last = event.revision
        ended ||= isFinalStatus(event.type)
        queue.push(event, JSON.stringify(event).length)
      }
      known = Math.max(known, last)
      if (queue.ended) return
      if (events.length < pageSize) break
      await queue.whenEmpty()
    }
    if (!ended) return
    const view = await reader.view(context, input.id)
    // A newer revision wakes this again, by its message or by comparison.
    if (view && view.revision <= last) endAfter(queue, view)
  }

  function wake(): void {
    again = true
    if (reading || queue.ended) return
    reading = true
    void (async () => {
      try {
        while (again && !queue.ended) {
          again = false
          await readOn()
        }
      } catch (error) {
        // The next message or comparison of revisions tries again.
        logger.warn({ err: error }, 'Events could not be read')
      } finally {
        reading = false
      }
    })()
  }

  const topic = topics.listen(executionEventSubject(organizationId, input.id), wake)
  queue.onClose(topic.stop)
  watch.add({
    context,
    queue,
    revisions: () => new Map([[input.id, known]]),
    onBehind: wake,
    onGone: () => queue.fail(notFound('execution')),
  })
  try {
    await topic.ready
    const view = await reader.view(context, input.id)
    if (!view) throw notFound('execution')
    ended = isFinalStatus(view.status)
  } catch (error) {
    await queue.return()
    throw error
  }
  wake()
  return queue
}
