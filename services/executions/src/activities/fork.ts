import type { ExecutionReply } from '../contract/commands.ts'
import { forkOf } from '../engine/derive.ts'
import { deriveExecution, type DeriveRequest } from './derive.ts'
import type { StartTools } from './start.ts'

/**
 * Makes a new conversation of another one in the caller's name, as that stood after the message `stepKey`; without one,
 * after the last that has ended. It waits for its next message and has spent nothing.
 */
export function forkExecution(
  tools: StartTools,
  { stepKey, ...request }: DeriveRequest & { stepKey: string | null },
): Promise<ExecutionReply> {
  return deriveExecution(tools, request, {
    operation: 'forkExecution',
    asked: stepKey,
    derive: (state, deriving) => forkOf(state, deriving, stepKey),
  })
}
