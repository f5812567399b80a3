import { z } from 'zod'
import { CommandError } from '../command-error.ts'
import type { Connection } from '../connection/connection.ts'
import { request } from '../connection/graphql.ts'
import type { Interruption } from '../connection/pause.ts'
import { retry } from '../connection/retry.ts'
import { subscribe } from '../connection/subscribe.ts'
import { type ExecutionView, executionSchema, executionSelection, isFinal } from './execution.ts'
import { createTextReaders } from './text-readers.ts'
import type { TextFrame } from './text-cursor.ts'

const updatedOperation = `subscription CliExecution($id: ID!) { executionUpdated(id: $id) { ${executionSelection()} } }`
const readOperation = `query CliExecutionNow($id: ID!) { execution(id: $id) { ${executionSelection('output')} } }`

const readSchema = z.object({ execution: executionSchema.nullable() })
const updatedSchema = z.object({ executionUpdated: executionSchema })

/** What happens while an execution is followed; every revision and every character comes once and in order. */
export interface FollowEvents {
  execution: (execution: ExecutionView) => void
  text: (frame: TextFrame) => void
  interrupted?: (interruption: Interruption) => void
}

/** Reads an execution as it is now, with the outputs of its steps. */
export async function readExecution(input: { connection: Connection; id: string }): Promise<ExecutionView> {
  const { connection, id } = input
  const { execution } = await request({
    connection,
    query: readOperation,
    variables: { id },
    schema: readSchema,
  })
  if (!execution) throw new CommandError('execution.not_found', `There is no execution ${id}.`)
  return execution
}

/**
 * Follows an execution until it is final and gives its last state; undefined when `signal` aborted. Connections that
 * break are made again from the known revision and offset. After `giveUpAfterMs` without the gateway it throws. At the end
 * the stored texts fill in whatever no stream brought.
 */
export async function follow(input: {
  connection: Connection
  id: string
  on: FollowEvents
  signal: AbortSignal
  giveUpAfterMs: number
  silenceMs?: number
}): Promise<ExecutionView | undefined> {
  const { connection, id, on, giveUpAfterMs } = input
  const ended = new AbortController()
  const signal = AbortSignal.any([input.signal, ended.signal])
  const common = {
    connection,
    signal,
    giveUpAfterMs,
    ...(input.silenceMs ? { silenceMs: input.silenceMs } : {}),
  }
  const interruptions = on.interrupted ? { onInterruption: on.interrupted } : {}
  // The texts are cut in the same outages, which are told once.
  const readers = createTextReaders({ ...common, id, onText: on.text })
  let last: ExecutionView | undefined
  const states = subscribe({
    ...common,
    ...interruptions,
    query: updatedOperation,
    variables: () => ({ id }),
    schema: updatedSchema,
    isComplete: () => last !== undefined && isFinal(last.status),
  })
  try {
    for await (const { executionUpdated: execution } of states) {
      if (last && execution.revision <= last.revision) continue
      last = execution
      on.execution(execution)
      readers.want(execution.steps)
      if (isFinal(execution.status)) break
    }
    if (input.signal.aborted || !last) return undefined
    const whole = await retry({
      ...interruptions,
      ask: () => readExecution({ connection, id }),
      signal: input.signal,
      giveUpAfterMs,
    })
    ended.abort()
    await readers.idle()
    readers.fill(whole.steps)
    return whole
  } finally {
    ended.abort()
    await readers.idle()
  }
}
