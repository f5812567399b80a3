import { isOutage } from '@quillworks/service-kit/outages'
import type { EngineInput } from '../engine/inputs.ts'
import type { EngineStorage } from '../engine/storage.ts'

export type LateUsage = Extract<EngineInput, { type: 'late_usage' }>

/** What a report of an attempt says of its spend, for when nothing else of it counts any more. */
export function spendOf(input: EngineInput): LateUsage | null {
  if (input.type === 'late_usage') return input
  if (input.type !== 'attempt_succeeded' && input.type !== 'attempt_failed') return null
  const { stepKey, attempt, usage } = input
  return usage === 'none' || usage === 'unknown' ? null : { type: 'late_usage', stepKey, attempt, usage }
}

const longestMs = 900_000
const longestPauseMs = 10_000

/**
 * Adds what an attempt spent after its end was recorded without it. Where the next owner has not yet called the
 * attempt lost, or the database is away, this waits: an execution may stand in its organization's queue for long.
 */
export async function recordLateUsage(
  storage: Pick<EngineStorage, 'applyLocked'>,
  executionId: string,
  input: LateUsage,
): Promise<void> {
  const until = performance.now() + longestMs
  for (let pauseMs = 500; ; pauseMs = Math.min(longestPauseMs, 2 * pauseMs)) {
    try {
      const state = await storage.applyLocked(executionId, input)
      if (state?.steps.get(input.stepKey)?.open?.number !== input.attempt) return
    } catch (error) {
      if (!isOutage(error) || performance.now() > until) throw error
    }
    if (performance.now() > until) return
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
}
