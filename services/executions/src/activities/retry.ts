import { AppError } from '@quillworks/service-kit/errors'
import type { ExecutionReply } from '../contract/commands.ts'
import { retryOf } from '../engine/derive.ts'
import { deriveExecution, type DeriveRequest } from './derive.ts'
import type { StartTools } from './start.ts'

/**
 * Makes a new execution of the same plan in the caller's name. Results of steps that succeeded are taken over, so that
 * their effects are not repeated.
 */
export function retryExecution(tools: StartTools, request: DeriveRequest): Promise<ExecutionReply> {
  return deriveExecution(tools, request, {
    operation: 'retryExecution',
    asked: null,
    derive: (state, deriving) => {
      if (['failed', 'canceled', 'timed_out'].includes(state.status)) return retryOf(state, deriving)
      throw new AppError(
        'execution.not_retryable',
        'Only an execution that failed, timed out or was canceled is retried.',
      )
    },
  })
}
