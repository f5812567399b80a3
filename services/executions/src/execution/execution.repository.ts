import type { Transaction } from '@quillworks/database/connect'
import { and, asc, desc, eq, getTableColumns, gt, inArray, lt, or, sql } from 'drizzle-orm'
import type { Page } from '../graphql/pages.ts'
import { events, type EventRow } from './event.table.ts'
import { conditions, overdue, type ExecutionFilter } from './execution-filter.ts'
import type { ShownExecution } from './execution.ts'
import { executions } from './execution.table.ts'
import { payloads } from './payload.table.ts'
import { steps, type StepRow } from './step.table.ts'

const shown = { ...getTableColumns(executions), overdue: overdue.as('overdue') }

export async function findExecutions(tx: Transaction, ids: readonly string[]): Promise<ShownExecution[]> {
  return tx
    .select(shown)
    .from(executions)
    .where(inArray(executions.id, [...ids]))
}

/** A part of an execution, with the revision that the execution had when the part was read. */
export type AsOf<Row> = Row & { executionRevision: number }

const stepAsOf = { ...getTableColumns(steps), executionRevision: executions.revision }
const ofStep = eq(executions.id, steps.executionId)

export async function findSteps(tx: Transaction, executionIds: readonly string[]): Promise<AsOf<StepRow>[]> {
  return tx
    .select(stepAsOf)
    .from(steps)
    .innerJoin(executions, ofStep)
    .where(inArray(steps.executionId, [...executionIds]))
    .orderBy(steps.executionId, steps.ordinal)
}

export async function pageOfSteps(
  tx: Transaction,
  executionId: string,
  page: Page,
): Promise<AsOf<StepRow>[]> {
  const { after, before, backward, limit } = page
  return tx
    .select(stepAsOf)
    .from(steps)
    .innerJoin(executions, ofStep)
    .where(
      and(
        eq(steps.executionId, executionId),
        after === null ? undefined : gt(steps.ordinal, Number(after)),
        before === null ? undefined : lt(steps.ordinal, Number(before)),
      ),
    )
    .orderBy(backward ? desc(steps.ordinal) : asc(steps.ordinal))
    .limit(limit + 1)
}

export interface PayloadKey {
  executionId: string
  ref: string
}

export async function findPayloads(
  tx: Transaction,
  keys: readonly PayloadKey[],
): Promise<(PayloadKey & { body: unknown })[]> {
  const byExecution = Map.groupBy(keys, ({ executionId }) => executionId)
  const wanted = [...byExecution].map(([executionId, some]) =>
    and(
      eq(payloads.executionId, executionId),
      inArray(
        payloads.ref,
        some.map(({ ref }) => ref),
      ),
    ),
  )
  return tx
    .select({ executionId: payloads.executionId, ref: payloads.ref, body: payloads.body })
    .from(payloads)
    .where(or(...wanted))
}

export async function pageOfEvents(
  tx: Transaction,
  executionId: string,
  afterRevision: number,
  limit: number,
): Promise<EventRow[]> {
  return tx
    .select()
    .from(events)
    .where(and(eq(events.executionId, executionId), gt(events.revision, afterRevision)))
    .orderBy(asc(events.revision))
    .limit(limit + 1)
}

export interface UsageSum {
  inputTokens: number | null
  outputTokens: number | null
  cachedTokens: number | null
  costNanoUsd: bigint | null
  unknownAttempts: number
  unpricedAttempts: number
  timeToFirstTokenMs: number | null
}

/** What the executions that the caller can see have used, by their attempts' sums. */
export async function sumUsage(
  tx: Transaction,
  organizationId: string,
  filter: ExecutionFilter,
): Promise<UsageSum> {
  const [row] = await tx
    .select({
      inputTokens: sql<string | null>`sum(${executions.inputTokens})`,
      outputTokens: sql<string | null>`sum(${executions.outputTokens})`,
      cachedTokens: sql<string | null>`sum(${executions.cachedTokens})`,
      costNanoUsd: sql<string | null>`sum(${executions.costNanoUsd})`,
      unknownAttempts: sql<string>`coalesce(sum(${executions.unknownAttempts}), 0)`,
      unpricedAttempts: sql<string>`coalesce(sum(${executions.unpricedAttempts}), 0)`,
    })
    .from(executions)
    .where(conditions(organizationId, filter))
  const number = (text: string | null | undefined) => (text == null ? null : Number(text))
  return {
    inputTokens: number(row?.inputTokens),
    outputTokens: number(row?.outputTokens),
    cachedTokens: number(row?.cachedTokens),
    costNanoUsd: row?.costNanoUsd == null ? null : BigInt(row.costNanoUsd),
    unknownAttempts: Number(row?.unknownAttempts ?? 0),
    unpricedAttempts: Number(row?.unpricedAttempts ?? 0),
    timeToFirstTokenMs: null,
  }
}
