import { isFinal } from '../contract/status.ts'
import type { EngineEvent } from '../engine/events.ts'
import { evolveAll } from '../engine/evolve.ts'
import { stateOf } from './acceptance.ts'
import { checkResults } from './check-results.ts'
import { checkSpend } from './check-spend.ts'
import type { Simulation } from './simulation.ts'
import type { ExecutionRow } from './tables.ts'

/** Everything that must hold once a simulation has come to rest; empty where it does. */
export function violationsOf(simulation: Simulation): string[] {
  const { database, callers, witness } = simulation
  const found = [...witness.violations, ...callers.unexpected]
  if (!simulation.isQuiet) found.push(...unfinished(simulation))
  for (const { id, askedAs } of callers.acknowledged) {
    const row = database.executions.get(id)
    if (!row) found.push(`I1: ${id} was acknowledged and does not exist`)
    if (askedAs.filter((each) => database.executions.has(each)).length > 1)
      found.push(`I1: one request became several executions: ${askedAs.join(', ')}`)
  }
  for (const row of database.executions.values()) {
    found.push(...checkHistory(row), ...checkCommands(row, simulation), ...checkAttempts(row, simulation))
    const planned = simulation.plannedOf(row.id)
    if (planned) found.push(...checkResults(row, planned, simulation))
  }
  for (const { executionId, stepKey, attempt, result } of callers.completed) {
    const ended = database.executions.get(executionId)?.attempts.get(`${stepKey}#${attempt}`)?.status
    if (ended !== (result === 'done' ? 'succeeded' : 'failed'))
      found.push(
        `a completion of ${stepKey}#${attempt} of ${executionId} (${result}) was accepted, and it is ${ended}`,
      )
  }
  found.push(...checkEvents(simulation), ...checkSpend(simulation))
  return found
}

function unfinished({ database, callers }: Simulation): string[] {
  const found = [
    `liveness: ${callers.busy} callers wait, ${database.unpublished.length} events are not published`,
  ]
  for (const {
    id,
    state,
    replicaId,
    fence,
    commandSeq,
    consumedSeq,
    wakeAt,
    steps,
  } of database.executions.values()) {
    if (isFinal(state.status) || (state.waiting?.for === 'input' && commandSeq === consumedSeq)) continue
    const open = [...steps.values()]
      .filter((step) => !isFinal(step.status))
      .map(({ key, status }) => `${key} ${status}`)
    found.push(
      `liveness: ${id} is ${state.status} (owner ${replicaId ?? 'none'}, fence ${fence}, commands ${consumedSeq}/${commandSeq}, due ${wakeAt ?? 'never'}): ${open.join(', ')}`,
    )
  }
  return found
}

/** The rows are the fold of the events, whose numbers have neither gaps nor repeats. */
function checkHistory(row: ExecutionRow): string[] {
  const found: string[] = []
  row.events.forEach(({ revision }, index) => {
    if (revision !== index + 1) found.push(`I7: event ${index + 1} of ${row.id} has revision ${revision}`)
  })
  let ended = false
  for (const { event } of row.events) {
    if (ended && event.type !== 'usage_recorded' && event.type !== 'renamed')
      found.push(`I5: ${row.id} had ended, and then came ${event.type}`)
    ended ||= finals.has(event.type)
  }
  const folded = evolveAll(
    null,
    row.events.map(({ event }) => event),
  )
  if (!Bun.deepEquals(folded, stateOf(row), true))
    found.push(`the rows of ${row.id} are not the fold of its events`)
  const results = new Set<string>()
  for (const { event } of row.events) {
    if (event.type !== 'step_succeeded') continue
    if (results.has(event.stepKey)) found.push(`I2: step ${event.stepKey} of ${row.id} has two results`)
    results.add(event.stepKey)
  }
  return found
}

const finals = new Set<EngineEvent['type']>(['succeeded', 'failed', 'canceled', 'timed_out'])

/** What was accepted has its effect, and a cancel lets nothing begin any more. */
function checkCommands(row: ExecutionRow, { callers }: Simulation): string[] {
  const found: string[] = []
  // What a worker brings of its own accord counts when it is told, whatever waits to be decided.
  const brought = new Set(
    callers.completed.flatMap(({ executionId, stepKey, result }) =>
      executionId === row.id && result === 'done' ? [stepKey] : [],
    ),
  )
  const keys = row.commands.map(({ idempotencyKey }) => idempotencyKey)
  if (new Set(keys).size < keys.length) found.push(`a command of ${row.id} was accepted twice`)
  for (const { command, seq, transaction } of row.commands) {
    const later = row.events.filter(
      ({ transaction: written, event }) =>
        written > transaction && !(event.type === 'step_succeeded' && brought.has(event.stepKey)),
    )
    if (command.type === 'cancel') {
      const begun = later.find(
        ({ event }) => event.type === 'step_started' || event.type === 'step_succeeded',
      )
      if (begun)
        found.push(
          `after the cancel ${seq} of ${row.id} came ${begun.event.type} (revision ${begun.revision})`,
        )
      if (row.state.status === 'succeeded')
        found.push(`${row.id} succeeded though its cancel ${seq} was accepted`)
    }
    if (command.type === 'stop_step') {
      const { stepKey } = command
      const status = row.steps.get(stepKey)?.status
      const begun = later.find(
        ({ event }) =>
          'stepKey' in event && event.stepKey === stepKey && /_(started|succeeded)$/.test(event.type),
      )
      if (begun) found.push(`after the stop ${seq} of ${stepKey} in ${row.id} came ${begun.event.type}`)
      if (status === 'succeeded' && !brought.has(stepKey))
        found.push(`${stepKey} of ${row.id} succeeded though its stop ${seq} was accepted`)
    }
    if (
      (command.type === 'message' || command.type === 'regenerate') &&
      !row.steps.has(command.step.key) &&
      !isFinal(row.state.status)
    )
      found.push(`${command.step.key} of ${row.id} was accepted and never added`)
  }
  return found
}

/** Retries count as the policy says, and only deaths and waits for our own servers lose an attempt. */
function checkAttempts(row: ExecutionRow, { witness }: Simulation): string[] {
  const found: string[] = []
  const owners = witness.claims.get(row.id) ?? 0
  for (const step of row.steps.values()) {
    const own = row.events.flatMap(({ event }) =>
      'attempt' in event && event.stepKey === step.key ? [event] : [],
    )
    const counted = own.filter(
      ({ type }) => type === 'step_retried' || type === 'step_failed' || type === 'step_timed_out',
    ).length
    if (counted > step.retry.maxAttempts)
      found.push(
        `${step.key} of ${row.id} failed ${counted} times, and ${step.retry.maxAttempts} were allowed`,
      )
    if (step.failures !== counted)
      found.push(`${step.key} of ${row.id} counts ${step.failures} failures of ${counted}`)
    const lost = own.filter((event) => event.type === 'step_lost' && event.usage === 'unknown').length
    if (lost > owners) found.push(`I4: ${step.key} of ${row.id} lost ${lost} attempts with ${owners} owners`)
    const started = own.filter(({ type }) => type === 'step_started')
    if (isFinal(row.state.status) && step.open) found.push(`${step.key} of ${row.id} is open after the end`)
    if (
      started.length !== row.attempts.size &&
      started.some(({ attempt }) => !row.attempts.has(`${step.key}#${attempt}`))
    )
      found.push(`an attempt of ${step.key} of ${row.id} has no row`)
    for (const event of own) {
      if (!('error' in event) || event.error.code !== 'step.timed_out') continue
      const begun = started.find(({ attempt }) => attempt === event.attempt)
      const promised = own.findLast(
        (other) => other.type === 'step_accepted' && other.attempt === event.attempt,
      )
      const until = promised?.type === 'step_accepted' ? promised.until : Number.POSITIVE_INFINITY
      if (!begun || event.at < Math.min(until, begun.at + (step.timeoutMs ?? Number.POSITIVE_INFINITY)))
        found.push(`${step.key}#${event.attempt} of ${row.id} timed out before its limit`)
    }
  }
  return found
}

/** Each event was written once, told at least once and counted once. */
function checkEvents({ database, relay }: Simulation): string[] {
  const found: string[] = []
  const counted = new Map<string, Set<number>>()
  for (const { executionId, revision } of relay.counted) {
    const revisions = counted.get(executionId) ?? new Set<number>()
    if (revisions.has(revision)) found.push(`I8: revision ${revision} of ${executionId} was counted twice`)
    counted.set(executionId, revisions.add(revision))
  }
  for (const row of database.executions.values()) {
    const revisions = counted.get(row.id) ?? new Set<number>()
    for (const { revision, event } of row.events)
      if (!revisions.has(revision))
        found.push(`I8: ${event.type} (revision ${revision}) of ${row.id} was never told`)
    if (revisions.size > row.events.length) found.push(`I8: more was told of ${row.id} than happened`)
  }
  return found
}
