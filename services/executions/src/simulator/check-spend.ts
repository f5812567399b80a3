import type { KnownUsage } from '../engine/usage.ts'
import type { LedgerEntry } from './outside.ts'
import type { Simulation } from './simulation.ts'
import type { AttemptRow, ExecutionRow } from './tables.ts'

/** A process that was told what it spent and lives on for so long has to have recorded it. */
export const recordsWithinMs = 60_000

/** Some spend that a living process was told of is not recorded yet. */
export function isSpendOpen({ database, outside }: Simulation): boolean {
  return outside.ledger.some(({ executionId, stepKey, attempt, told }) => {
    if (!told?.known || !told.by.alive) return false
    const row = database.executions.get(executionId)
    return row?.attempts.get(`${stepKey}#${attempt}`)?.usage_state === 'unknown'
  })
}

/** I14: what is recorded is what the provider has in its books, and what nobody knows is marked. */
export function checkSpend(simulation: Simulation): string[] {
  const found: string[] = []
  const { database, outside } = simulation
  const books = new Map<string, LedgerEntry>()
  for (const entry of outside.ledger)
    if (entry.spent !== 'none') books.set(`${entry.executionId} ${entry.stepKey}#${entry.attempt}`, entry)
  for (const row of database.executions.values()) {
    let [input, output, unknown, unpriced, cost] = [0, 0, 0, 0, 0n]
    for (const [id, attempt] of row.attempts) {
      const entry = books.get(`${row.id} ${id}`)
      found.push(...ofAttempt(simulation, row, id, attempt, entry))
      if (attempt.usage_state === 'unknown') unknown += 1
      if (attempt.usage_state !== 'known') continue
      input += attempt.input_tokens ?? 0
      output += attempt.output_tokens ?? 0
      if (attempt.cost_nano_usd === null) unpriced += 1
      else cost += BigInt(attempt.cost_nano_usd)
    }
    const { usage } = row.state
    const sums = `${usage.inputTokens ?? 0} ${usage.outputTokens ?? 0} ${usage.unknownAttempts} ${usage.unpricedAttempts} ${usage.costNanoUsd ?? '0'}`
    const own = `${input} ${output} ${unknown} ${unpriced} ${cost}`
    if (sums !== own) found.push(`I14: ${row.id} says it spent ${sums}, and its attempts ${own}`)
  }
  return found
}

function ofAttempt(
  { scheduler }: Simulation,
  row: ExecutionRow,
  id: string,
  attempt: AttemptRow,
  entry: LedgerEntry | undefined,
): string[] {
  const told = entry?.told
  const spent = entry?.spent as KnownUsage | undefined
  switch (attempt.usage_state) {
    case 'known':
      if (
        !spent ||
        spent.inputTokens !== attempt.input_tokens ||
        spent.outputTokens !== attempt.output_tokens ||
        spent.costNanoUsd !== attempt.cost_nano_usd
      )
        return [
          `I14: ${id} of ${row.id} recorded ${attempt.input_tokens} tokens, and the books have ${spent?.inputTokens ?? 'no call'}`,
        ]
      return []
    case 'pending':
      return attempt.status === 'running' ? [] : [`I14: the spend of ${id} of ${row.id} is still pending`]
    case 'none':
      return entry ? [`I14: ${id} of ${row.id} recorded no spend, and the books have a call`] : []
    case 'unknown':
      if (told && told.known && told.by.alive && scheduler.now - told.at > recordsWithinMs)
        return [`I14: ${id} of ${row.id} is marked unknown, though ${told.by.name} was told`]
      return []
    default:
      return [`I14: ${id} of ${row.id} says nothing of its spend`]
  }
}
