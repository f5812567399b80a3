import type { Logger } from '@quillworks/service-kit/logger'
import type { EngineEvent } from '../engine/events.ts'

/** Writes down what went wrong with an execution, as codes and names and never content; what went well is in its events. */
export function logFacts(logger: Logger, execution: string, events: readonly EngineEvent[]): void {
  for (const event of events) {
    switch (event.type) {
      case 'failed':
      case 'timed_out': {
        const { code } = event.error
        if (code === 'execution.quarantined') logger.warn({ execution, code }, 'An execution was quarantined')
        else
          logger.info(
            { execution, code },
            event.type === 'failed' ? 'An execution failed' : 'An execution timed out',
          )
        break
      }
      case 'step_lost':
        logger.warn(
          { execution, step: event.stepKey, attempt: event.attempt },
          'An attempt was lost and its step is taken over',
        )
        break
      default:
    }
  }
}
