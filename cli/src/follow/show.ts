import type { Connection } from '../connection/connection.ts'
import { progressLines } from '../output/progress-lines.ts'
import { jsonLine, type Screen } from '../output/screen.ts'
import { createAttemptPrinter, type Printed } from './attempt-printer.ts'
import type { ExecutionView } from './execution.ts'
import { follow } from './follow.ts'
import { createStepTurns } from './step-turns.ts'

/** How long a command waits for a gateway that went away, in milliseconds. */
export const giveUpAfterMs = 120_000

/** Follows an execution and prints each state and text as one JSON object a line. */
export function followAsJson(input: { connection: Connection; id: string; signal: AbortSignal }) {
  return follow({
    ...input,
    giveUpAfterMs,
    on: {
      execution: ({ steps, ...execution }) => jsonLine({ type: 'execution', ...execution, steps }),
      text: (frame) => jsonLine({ type: 'text', ...frame }),
    },
  })
}

/**
 * Follows an execution on a screen: lines when its state changes (with `progress`), and the text of its model steps as it
 * is written, one step at a time. Gives the last state; undefined when `signal` aborted.
 */
export async function followOnScreen(input: {
  connection: Connection
  id: string
  signal: AbortSignal
  screen: Screen
  /** Without it only interruptions and attempts that begin again are told. */
  progress: boolean
}): Promise<ExecutionView | undefined> {
  const { screen } = input
  const printers = new Map<string, ReturnType<typeof createAttemptPrinter>>()
  let shown: ExecutionView | undefined
  let speaker: string | undefined
  let interrupted = false

  const turns = createStepTurns<Printed>((stepKey, piece) => {
    if (speaker !== undefined && speaker !== stepKey) screen.end()
    speaker = stepKey
    if (piece.kind === 'again') {
      screen.end()
      screen.line(`${stepKey} was written anew, from its beginning:`)
    }
    screen.text(piece.text)
  })
  const back = () => {
    if (interrupted) screen.line('The gateway is back.')
    interrupted = false
  }

  const last = await follow({
    connection: input.connection,
    id: input.id,
    signal: input.signal,
    giveUpAfterMs,
    on: {
      execution(execution) {
        back()
        if (input.progress) for (const line of progressLines(shown, execution)) screen.line(line)
        shown = execution
      },
      text(frame) {
        const printer = printers.get(frame.stepKey) ?? createAttemptPrinter()
        printers.set(frame.stepKey, printer)
        const piece = printer.accept(frame)
        if (piece) turns.say(frame.stepKey, piece)
        if (frame.done) turns.end(frame.stepKey)
      },
      interrupted({ reason }) {
        if (interrupted) return
        interrupted = true
        screen.line(`${reason.message} Trying again for ${giveUpAfterMs / 1_000} s; the execution goes on.`)
      },
    },
  })
  screen.end()
  return last
}
