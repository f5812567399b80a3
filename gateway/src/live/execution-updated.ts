import { canSee, executionStatuses, isFinal } from '@quillworks/executions/contract'
import { executionEventSubject } from './subjects.ts'
import { invalidInput, notFound } from '@quillworks/service-kit/errors'
import { isId } from '@quillworks/service-kit/ids'
import { requireIdentity } from '../context.ts'
import { firstAnswerMs, liveView } from './ask-owner.ts'
import { BoundedQueue } from './bounded-queue.ts'
import type { LiveDependencies } from './dependencies.ts'
import type { Reader } from './execution-reader.ts'
import { type ExecutionView, readEvent, viewOf } from './execution-view.ts'

export interface LiveFilter {
  ids?: string[] | null
  kind?: string[] | null
  status?: string[] | null
  projectId?: string | null
  createdBy?: string | null
  sourceType?: string | null
  sourceId?: string | null
  track?: boolean | null
}

// Beyond this, an unfiltered follower relies on events alone for the executions it saw longest ago.
const maxFollowed = 1_000
const newestCount = 50
const clockSkewMs = 60_000
// As long as a call may go on that its owner has lost: then its spend is told or stays unknown.
const lateUsageMs = 30_000

function passes(view: ExecutionView, filter: LiveFilter): boolean {
  const oneOf = (list: string[] | null | undefined, value: string) => !list || list.includes(value)
  const is = (wanted: string | boolean | null | undefined, value: unknown) =>
    wanted == null || wanted === value
  return (
    oneOf(filter.ids, view.id) &&
    oneOf(filter.kind, view.kind) &&
    oneOf(filter.status, view.status) &&
    is(filter.projectId, view.projectId) &&
    is(filter.createdBy, view.createdBy.id) &&
    is(filter.sourceType, view.source?.type) &&
    is(filter.sourceId, view.source?.id) &&
    is(filter.track, view.track)
  )
}

/**
 * Follows executions: each time one changes, its newest state, revisions never going back. States that the reader was
 * too slow for are left out, since a newer one says all.
 */
function follow(
  { reader, topics, watch, logger }: LiveDependencies,
  context: Reader,
  input: {
    subject: string
    filter: LiveFilter
    onGone?: (queue: BoundedQueue<ExecutionView>, id: string) => void
    onOffered?: (queue: BoundedQueue<ExecutionView>, view: ExecutionView) => void
  },
) {
  const identity = requireIdentity(context)
  // The subject names it.
  const { organizationId } = identity
  const queue = new BoundedQueue<ExecutionView>()
  const seen = new Map<string, number>()

  function offer(view: ExecutionView): void {
    const known = seen.get(view.id)
    if (known !== undefined && view.revision <= known) return
    if (!canSee({ organizationId, ownerId: view.createdBy.id, visibility: view.visibility }, identity)) return
    if (!passes(view, input.filter)) {
      // A state that no longer passes must not be followed by an older one that did.
      if (known !== undefined) seen.set(view.id, view.revision)
      return
    }
    seen.delete(view.id)
    seen.set(view.id, view.revision)
    if (seen.size > maxFollowed) {
      const oldest = seen.keys().next()
      if (!oldest.done) seen.delete(oldest.value)
    }
    queue.replace((waiting) => waiting.id === view.id, view)
    input.onOffered?.(queue, view)
  }

  const topic = topics.listen(input.subject, ({ data }) => {
    const event = readEvent(data)
    if (event) offer(viewOf(event.execution))
  })
  queue.onClose(topic.stop)
  watch.add({
    context,
    queue,
    revisions: () => seen,
    onBehind: (id) => {
      reader.view(context, id).then(
        (view) => view && offer(view),
        (error: unknown) => logger.warn({ err: error }, 'An execution could not be read again'),
      )
    },
    onGone: (id) => {
      seen.delete(id)
      input.onGone?.(queue, id)
    },
  })
  return { queue, offer, ready: topic.ready }
}

/** True for a state, or the event that tells it, after which an execution does no more. */
export function isFinalStatus(status: string): boolean {
  const known = executionStatuses.find((one) => one === status)
  return known !== undefined && isFinal(known)
}

/** Ends a subscription after the final state: at once, or soon where spend may still become known. */
export function endAfter(queue: Pick<BoundedQueue<unknown>, 'end' | 'onClose'>, view: ExecutionView): void {
  if (!isFinalStatus(view.status)) return
  if (view.usage.unknownAttempts === 0) return queue.end()
  const timer = setTimeout(() => queue.end(), lateUsageMs)
  queue.onClose(() => clearTimeout(timer))
}

/**
 * One execution: its state now, then each newer one, and the end after its final one. A foreign or missing id is
 * `execution.not_found`.
 */
export async function executionUpdated(deps: LiveDependencies, context: Reader, id: string) {
  const { organizationId } = requireIdentity(context)
  if (!isId(id)) throw notFound('execution')
  const subject = executionEventSubject(organizationId, id)
  const { queue, offer, ready } = follow(deps, context, {
    subject,
    filter: { ids: [id] },
    onGone: (gone) => gone.fail(notFound('execution')),
    onOffered: endAfter,
  })
  try {
    // Asked on the connection that has just begun to listen: no event after the answer is missed.
    const { topics } = deps
    const [live] = await Promise.all([liveView({ topics, context, id, timeoutMs: firstAnswerMs }), ready])
    const view = live ?? (await deps.reader.view(context, id))
    if (!view) throw notFound('execution')
    offer(view)
  } catch (error) {
    await queue.return()
    throw error
  }
  return queue
}

/** Finds what was made while no message came; those that were there before this subscription are left alone. */
function catchUpOnNew(
  { reader, topics, logger }: LiveDependencies,
  context: Reader,
  follower: ReturnType<typeof follow>,
): void {
  const since = Date.now() - clockSkewMs
  const stop = topics.onReconnect(() => {
    reader.newest(context, newestCount).then(
      (views) => views.filter((view) => Date.parse(view.createdAt) >= since).forEach(follower.offer),
      (error: unknown) => logger.warn({ err: error }, 'New executions could not be read'),
    )
  })
  follower.queue.onClose(stop)
}

/** All executions that pass the filter; those named by id begin with their state now. */
export async function executionsUpdated(deps: LiveDependencies, context: Reader, filter: LiveFilter) {
  const { organizationId } = requireIdentity(context)
  const ids = filter.ids ?? []
  if (ids.length > 200) throw invalidInput([{ path: ['filter', 'ids'], message: '200 ids at most.' }])
  if (!ids.every(isId)) throw invalidInput([{ path: ['filter', 'ids'], message: 'These are no ids.' }])
  const subject = executionEventSubject(organizationId, '*')
  const follower = follow(deps, context, { subject, filter })
  const { queue, offer, ready } = follower
  if (ids.length === 0) catchUpOnNew(deps, context, follower)
  try {
    await ready
    if (ids.length > 0) for (const view of await deps.reader.views(context, ids)) offer(view)
  } catch (error) {
    await queue.return()
    throw error
  }
  return queue
}
