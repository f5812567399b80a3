import type { Transaction } from '@quillworks/database/connect'
import { and, eq, getTableColumns, inArray, isNull, sql } from 'drizzle-orm'
import { pureKinds } from '../engine/state.ts'
import { attempts, type AttemptRow } from './attempt.table.ts'
import { events } from './event.table.ts'
import type { AsOf } from './execution.repository.ts'
import { executions } from './execution.table.ts'
import { steps } from './step.table.ts'

const succeeded = {
  status: 'succeeded',
  finishReason: null,
  errorCode: null,
  errorMessage: null,
  usageState: 'none',
  inputTokens: null,
  outputTokens: null,
  cachedTokens: null,
  costNanoUsd: null,
  timeToFirstTokenMs: null,
} as const

/**
 * All tries of all steps, by step and number. That a pure step succeeded is written in its step alone: the try that
 * did it is told from there, unless the result was taken over from another execution.
 */
export async function findAttempts(
  tx: Transaction,
  executionIds: readonly string[],
): Promise<AsOf<AttemptRow>[]> {
  const ids = [...executionIds]
  const written = await tx
    .select({ ...getTableColumns(attempts), executionRevision: executions.revision })
    .from(attempts)
    .innerJoin(executions, eq(executions.id, attempts.executionId))
    .where(inArray(attempts.executionId, ids))
    .orderBy(attempts.executionId, attempts.stepKey, attempts.number)
  const told = await tx
    .select({ step: steps, derivedFromId: executions.derivedFromId, executionRevision: executions.revision })
    .from(steps)
    .innerJoin(executions, eq(executions.id, steps.executionId))
    .leftJoin(
      attempts,
      and(
        eq(attempts.executionId, steps.executionId),
        eq(attempts.stepKey, steps.key),
        eq(attempts.number, steps.attempt),
      ),
    )
    .where(
      and(
        inArray(steps.executionId, ids),
        inArray(steps.kind, [...pureKinds]),
        eq(steps.status, 'succeeded'),
        isNull(attempts.number),
      ),
    )
  const derived = told.flatMap(({ step, derivedFromId }) => (derivedFromId === null ? [] : step.executionId))
  const taken = derived.length > 0 ? await takenSteps(tx, [...new Set(derived)]) : new Set<string>()
  const implied = told.flatMap(({ step, executionRevision }): AsOf<AttemptRow>[] => {
    const { executionId, organizationId, ownerId, visibility, key, attempt, model, outputRef, finishedAt } =
      step
    if (outputRef === null || finishedAt === null || taken.has(`${executionId} ${key}`)) return []
    const of = { executionId, organizationId, ownerId, visibility, stepKey: key, number: attempt, model }
    return [{ ...of, ...succeeded, outputRef, startedAt: finishedAt, finishedAt, executionRevision }]
  })
  return [...written, ...implied]
}

/** Steps that were taken over with their results when an execution was made of another one. */
async function takenSteps(tx: Transaction, executionIds: string[]): Promise<Set<string>> {
  const rows = await tx
    .select({ id: events.executionId, key: sql<string>`taken->>'stepKey'` })
    .from(events)
    .innerJoinLateral(sql`jsonb_array_elements(${events.data}->'taken') as taken`, sql`true`)
    .where(and(inArray(events.executionId, executionIds), eq(events.revision, 1)))
  return new Set(rows.map(({ id, key }) => `${id} ${key}`))
}
