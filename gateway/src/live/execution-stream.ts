import {
  isFinal,
  type SnapshotPart,
  type StepStatus,
  stepStatuses,
  stepToStream,
  type TextFrame,
  textPart,
  textSubject,
} from '@quillworks/executions/contract'
import { notFound } from '@quillworks/service-kit/errors'
import { isId } from '@quillworks/service-kit/ids'
import { z } from 'zod'
import { requireIdentity } from '../context.ts'
import { firstAnswerMs, liveText } from './ask-owner.ts'
import { BoundedQueue } from './bounded-queue.ts'
import type { LiveDependencies } from './dependencies.ts'
import type { Reader, StepText } from './execution-reader.ts'
import { readEvent } from './execution-view.ts'
import { executionEventSubject } from './subjects.ts'
import { readFrame } from './text-frame.ts'
import { beginAt, mergeFrame, type TextPosition } from './text-merge.ts'

export interface StreamRequest {
  id: string
  stepKey?: string | null
  fromAttempt?: number | null
  fromOffset?: number | null
}

const partMs = 2_000
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
  const endedSteps = new Set<string>()
  let known: StepText | undefined
  let begun: SnapshotPart | undefined
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

  /** A frame that was asked for: the first one says where this subscriber stands. */
  function takeAsked(frame: TextFrame): TextPosition {
    at ??= beginAt({ currentAttempt: frame.attempt, ...request })
    take(frame)
    const waiting = early
    early = []
    waiting.forEach(take)
    return at
  }

  const askWriter = (key: string | null, timeoutMs: number) =>
    liveText(
      { topics, context, id, timeoutMs },
      {
        stepKey: key,
        attempt: at?.attempt ?? request.fromAttempt ?? 0,
        offset: at?.position ?? Math.max(0, request.fromOffset ?? 0),
      },
    )

  /** Reads what the step's writer has, in parts as fast as they are read; false where nobody writes. */
  async function readLive(key: string): Promise<boolean> {
    for (;;) {
      const part = begun ?? (await askWriter(key, partMs))?.part
      begun = undefined
      if (!part) return false
      const { attempt, position } = takeAsked(part)
      if (attempt !== part.attempt || position >= part.length) return true
      await queue.whenEmpty()
      if (queue.ended) return true
    }
  }

  /** Gives a text that is there whole, in parts as fast as they are read. */
  async function giveWhole(frame: TextFrame): Promise<void> {
    const { text, attempt } = frame
    const begin = at ?? beginAt({ currentAttempt: attempt, ...request })
    let from = begin.attempt === attempt ? Math.min(begin.position, text.length) : 0
    for (;;) {
      const part = textPart(text, from)
      const isLast = from + part.length === text.length
      takeAsked({ ...frame, offset: from, text: part, done: frame.done && isLast })
      if (isLast || queue.ended) return
      from += part.length
      await queue.whenEmpty()
    }
  }

  async function readStored(): Promise<StepText | undefined> {
    const stored = await reader.steps(context, id)
    if (!stored) queue.fail(notFound('execution'))
    revision = Math.max(revision, stored?.revision ?? 0)
    return stored && stepToStream(stored.steps, stepKey)
  }

  async function readOnce(): Promise<void> {
    // Once a step has ended, what is stored is the whole truth; its writer may answer with less for a moment.
    if (stepKey !== undefined && !endedSteps.has(stepKey) && (await readLive(stepKey))) return
    const step = known ?? (await readStored())
    known = undefined
    if (!step) return
    const frame = storedFrame(step)
    await giveWhole(frame)
    // Where less is stored than was seen live (cut, then failed) or than the client says to have, the stream still ends.
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
    const frame = readFrame(data)
    if (frame) take(frame)
  })
  const events = topics.listen(executionEventSubject(organizationId, id), ({ data }) => {
    const event = readEvent(data)
    if (!event) return
    revision = Math.max(revision, event.execution.revision)
    const { step } = event
    // The end of a step may be told before, after or without its last frame.
    if (!step || !ended(step.status)) return
    endedSteps.add(step.key)
    if (step.key === stepKey) synchronize()
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
    // Asked on the connection that has just begun to listen: no frame after the answer is missed.
    const asked = askWriter(request.stepKey ?? null, firstAnswerMs)
    const [live] = await Promise.all([asked, frames.ready, events.ready])
    if (live) {
      begun = live.part
      stepKey = live.part.stepKey
      revision = Math.max(revision, live.revision)
    } else {
      const execution = await reader.steps(context, id)
      if (!execution) throw notFound('execution')
      const step = stepToStream(execution.steps, request.stepKey)
      if (!step) throw notFound('step')
      stepKey = step.key
      revision = Math.max(revision, execution.revision)
      if (ended(step.status)) {
        endedSteps.add(step.key)
        known = step
      }
    }
    synchronize()
  } catch (error) {
    await queue.return()
    throw error
  }
  return queue
}
