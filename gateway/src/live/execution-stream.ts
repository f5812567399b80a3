import {
  isFinal,
  snapshotSubject,
  type StepStatus,
  stepStatuses,
  type TextFrame,
  textSubject,
} from '@quillworks/executions/contract'
import { notFound } from '@quillworks/service-kit/errors'
import { isId } from '@quillworks/service-kit/ids'
import { z } from 'zod'
import { requireIdentity } from '../context.ts'
import { BoundedQueue } from './bounded-queue.ts'
import type { LiveDependencies } from './dependencies.ts'
import type { Reader, StepText } from './execution-reader.ts'
import { readEvent } from './execution-view.ts'
import { executionEventSubject } from './subjects.ts'
import { beginAt, mergeFrame, type TextPosition } from './text-merge.ts'

export interface StreamRequest {
  id: string
  stepKey?: string | null
  fromAttempt?: number | null
  fromOffset?: number | null
}

const frameSchema = z.object({
  stepKey: z.string(),
  attempt: z.number().int(),
  offset: z.number().int().min(0),
  text: z.string(),
  done: z.boolean(),
})
const snapshotTimeoutMs = 2_000
const maxEarly = 256

function ended(status: string): boolean {
  const known = stepStatuses.find((one): one is StepStatus => one === status)
  return known !== undefined && isFinal(known)
}

function textOf(output: unknown): string {
  if (typeof output === 'string') return output
  const text = z.object({ text: z.string() }).safeParse(output)
  return text.success ? text.data.text : ''
}

/** What is stored of a step's text, as a frame. */
function storedFrame(step: StepText): TextFrame {
  return {
    stepKey: step.key,
    attempt: step.attempt,
    offset: 0,
    text: textOf(step.output),
    done: ended(step.status),
  }
}

/** The step that a client without a `stepKey` means: the streaming one, else the last. */
export function pickStep(steps: StepText[], stepKey: string | null | undefined): StepText | undefined {
  if (stepKey) return steps.find((step) => step.key === stepKey)
  return steps.findLast((step) => step.status === 'streaming') ?? steps.at(-1)
}

/**
 * A step's text as it is written. Live frames are gathered first, then what the step's writer (else the database) has
 * so far is asked for, and both are merged by attempt and offset; a gap asks again. Nothing is lost or repeated, and
 * without a writer the stream stays open until one is back.
 */
export async function executionStream(deps: LiveDependencies, context: Reader, request: StreamRequest) {
  const { reader, topics, watch, logger } = deps
  const { organizationId } = requireIdentity(context)
  const { id } = request
  if (!isId(id)) throw notFound('execution')
  const queue = new BoundedQueue<TextFrame>()
  let stepKey: string | undefined
  let at: TextPosition | undefined
  let early: TextFrame[] = []
  let asking = false
  let askAgain = false
  let stepEnded = false
  let revision = 0

  function take(frame: TextFrame): void {
    if (queue.ended || (stepKey !== undefined && frame.stepKey !== stepKey)) return
    if (!at) {
      early.push(frame)
      // What is dropped here is missed by offset later, and asked for.
      if (early.length > maxEarly) early.shift()
      return
    }
    const merged = mergeFrame(at, frame)
    if (merged.kind === 'gap') return synchronize()
    if (merged.kind === 'drop') return
    at = merged.next
    queue.push(merged.frame, merged.frame.text.length * 2)
    if (merged.frame.done) queue.end()
  }

  /** A frame from the beginning of its attempt: first it says where this subscriber stands. */
  function takeWhole(frame: TextFrame): void {
    at ??= beginAt({ currentAttempt: frame.attempt, ...request })
    take(frame)
    const waiting = early
    early = []
    waiting.forEach(take)
  }

  async function readOnce(): Promise<void> {
    // Once a step has ended, what is stored is the whole truth; its writer may answer with less for a moment.
    const answer = stepEnded
      ? undefined
      : await topics.request(
          snapshotSubject(organizationId, id),
          { executionId: id, stepKey },
          snapshotTimeoutMs,
        )
    const frames = z.array(frameSchema).safeParse(answer).data ?? []
    const live = frames.find((frame) => frame.stepKey === stepKey)
    if (live) return takeWhole(live)
    const stored = await reader.steps(context, id)
    if (!stored) return queue.fail(notFound('execution'))
    revision = stored.revision
    const step = pickStep(stored.steps, stepKey)
    if (!step) return
    const frame = storedFrame(step)
    takeWhole(frame)
    // A step that ended with less text than was seen live (cut, then failed) still ends its stream.
    if (frame.done && !queue.ended && at && at.attempt <= frame.attempt) {
      queue.push({ ...frame, offset: at.position, text: '' })
      queue.end()
    }
  }

  function synchronize(): void {
    askAgain = true
    if (asking || queue.ended) return
    asking = true
    void (async () => {
      try {
        while (askAgain && !queue.ended) {
          askAgain = false
          await readOnce()
        }
      } catch (error) {
        logger.warn({ err: error }, 'A text could not be read')
      } finally {
        asking = false
      }
    })()
  }

  const frames = topics.listen(textSubject(organizationId, id), ({ data }) => {
    const frame = frameSchema.safeParse(data)
    if (frame.success) take(frame.data)
  })
  const events = topics.listen(executionEventSubject(organizationId, id), ({ data }) => {
    const event = readEvent(data)
    if (!event) return
    revision = Math.max(revision, event.execution.revision)
    const { step } = event
    // The end of a step may be told before, after or without its last frame.
    if (!step || step.key !== stepKey || !ended(step.status)) return
    stepEnded = true
    synchronize()
  })
  queue.onClose(frames.stop)
  queue.onClose(events.stop)
  watch.add({
    context,
    queue,
    revisions: () => new Map([[id, revision]]),
    onBehind: synchronize,
    onGone: () => queue.fail(notFound('execution')),
  })
  const stopReconnect = topics.onReconnect(synchronize)
  queue.onClose(stopReconnect)
  try {
    await Promise.all([frames.ready, events.ready])
    const execution = await reader.steps(context, id)
    if (!execution) throw notFound('execution')
    const step = pickStep(execution.steps, request.stepKey)
    if (!step) throw notFound('step')
    stepKey = step.key
    revision = Math.max(revision, execution.revision)
    if (ended(step.status)) takeWhole(storedFrame(step))
    else synchronize()
  } catch (error) {
    await queue.return()
    throw error
  }
  return queue
}
