import { z } from 'zod'
import type { Connection } from '../connection/connection.ts'
import { pause } from '../connection/pause.ts'
import { subscribe } from '../connection/subscribe.ts'
import { isFinal, type StepView, textOf } from './execution.ts'
import { advance, type TextCursor, type TextFrame, textFrameSchema, textStart } from './text-cursor.ts'

const operation = `subscription CliText($id: ID!, $stepKey: String, $fromAttempt: Int, $fromOffset: Int) {
  executionStream(id: $id, stepKey: $stepKey, fromAttempt: $fromAttempt, fromOffset: $fromOffset) {
    stepKey attempt offset text done
  }
}`
const schema = z.object({ executionStream: textFrameSchema })

/** Streams at the same time; a step beyond them is read when one of them ends. */
const mostReaders = 8
const gapPauseMs = 500

/** Reads the texts of an execution's model steps as they are written, each character once. */
export function createTextReaders(input: {
  connection: Connection
  id: string
  signal: AbortSignal
  giveUpAfterMs: number
  silenceMs?: number
  onText: (frame: TextFrame) => void
}) {
  const cursors = new Map<string, TextCursor>()
  const running = new Map<string, Promise<void>>()
  let wanted: StepView[] = []
  const cursorOf = (stepKey: string) => cursors.get(stepKey) ?? textStart

  /** False where text is missing before the frame. */
  const take = (frame: TextFrame): boolean => {
    const merged = advance(cursorOf(frame.stepKey), frame)
    if (merged.kind === 'text') {
      cursors.set(frame.stepKey, merged.cursor)
      input.onText(merged.fresh)
    }
    return merged.kind !== 'gap'
  }

  const read = async (stepKey: string) => {
    const frames = subscribe({
      ...input,
      query: operation,
      variables: () => {
        const { attempt, offset } = cursorOf(stepKey)
        return { id: input.id, stepKey, ...(attempt > 0 ? { fromAttempt: attempt, fromOffset: offset } : {}) }
      },
      schema,
      isComplete: () => cursorOf(stepKey).done,
    })
    for await (const { executionStream: frame } of frames) {
      if (!take(frame)) return pause(gapPauseMs, input.signal)
      if (cursorOf(stepKey).done) return
    }
  }

  const isWanted = (step: StepView) => {
    if (step.kind !== 'model' || running.has(step.key)) return false
    const { attempt, done } = cursorOf(step.key)
    if (done && attempt >= step.attempt) return false
    return step.status === 'running' || step.status === 'streaming' || step.status === 'succeeded'
  }

  const start = () => {
    for (const step of wanted) {
      if (running.size >= mostReaders || input.signal.aborted) return
      if (!isWanted(step)) continue
      const reading = read(step.key).then(
        () => true,
        // Whether following goes on is decided where the execution is watched; the stored text fills the rest.
        () => false,
      )
      running.set(
        step.key,
        reading.then((again) => {
          running.delete(step.key)
          if (again) start()
        }),
      )
    }
  }

  return {
    /** Takes the newest state of the steps and reads those whose text is not known to its end. */
    want(steps: StepView[]): void {
      wanted = steps
      start()
    },
    /** Completes the texts from the stored outputs of finished steps. */
    fill(steps: StepView[]): void {
      for (const step of steps) {
        const text = textOf(step.output)
        if (step.kind !== 'model' || !isFinal(step.status) || text === undefined) continue
        take({ stepKey: step.key, attempt: step.attempt, offset: 0, text, done: true })
      }
    },
    /** Settles when no stream is open any more; abort the signal first. */
    async idle(): Promise<void> {
      while (running.size > 0) await Promise.all(running.values())
    },
  }
}
