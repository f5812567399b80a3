import type { EngineInput } from '../engine/inputs.ts'
import type { EngineStorage } from '../engine/storage.ts'

const tries = 40
const pauseMs = 500

/**
 * Adds what an attempt spent after its end was recorded without it. Where the next owner has not yet called the
 * attempt lost, this waits until it has.
 */
export async function recordLateUsage(
  storage: Pick<EngineStorage, 'applyLocked'>,
  executionId: string,
  input: Extract<EngineInput, { type: 'late_usage' }>,
): Promise<void> {
  for (let tried = 0; tried < tries; tried += 1) {
    const state = await storage.applyLocked(executionId, input)
    if (state?.steps.get(input.stepKey)?.open?.number !== input.attempt) return
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
}
