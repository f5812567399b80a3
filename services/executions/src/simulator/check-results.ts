import { isFinal } from '../contract/status.ts'
import type { StepState } from '../engine/state.ts'
import { messageScript, modelInput, type PlannedExecution } from './plans.ts'
import { expectedAnswer, expectedOf, type Expected } from './reference.ts'
import type { Simulation } from './simulation.ts'
import type { ExecutionRow } from './tables.ts'

/** What interfered with an execution, so that it need not come to what its plan says. */
interface Interference {
  /** The whole ended early: canceled, timed out, quarantined, refused. */
  ended: boolean
  stopped: Set<string>
}

/** I3: results equal those of the reference, as far as nobody interfered; and whatever interfered really did. */
export function checkResults(row: ExecutionRow, planned: PlannedExecution, simulation: Simulation): string[] {
  if (!isFinal(row.state.status) && row.state.waiting?.for !== 'input') return []
  const interference = interferenceWith(row)
  const found = [...checkEnding(row, planned, simulation)]
  if (planned.request.plan.conversation) return [...found, ...checkConversation(row, interference)]
  const { steps, input } = planned.request.plan
  const expected = expectedOf({ steps, input }, (key) => simulation.scriptOf(row.id, key))
  const uncertain = new Set<string>()
  for (const { key, after } of steps)
    if (planned.tight.has(key) || interference.stopped.has(key) || after.some((each) => uncertain.has(each)))
      uncertain.add(key)
  for (const step of row.steps.values()) {
    const wanted = expected.get(step.key)
    if (!wanted) continue
    const said = row.payloads.get(step.outputRef ?? '')
    found.push(
      ...ofStep(row, step, wanted, { said, certain: !interference.ended && !uncertain.has(step.key) }),
    )
  }
  return found
}

function ofStep(
  row: ExecutionRow,
  step: StepState,
  wanted: Expected,
  { said, certain }: { said: unknown; certain: boolean },
): string[] {
  const where = `${step.key} of ${row.id}`
  if (certain && step.status !== wanted.status)
    return [
      `I3: ${where} is ${step.status} (${step.error?.code ?? 'no error'}), and ${wanted.status} was expected`,
    ]
  if (step.status === 'succeeded') {
    if (wanted.status !== 'succeeded') return [`I3: ${where} succeeded, and ${wanted.status} was expected`]
    if (said !== wanted.output)
      return [`I3: ${where} gave ${String(said)}, and ${String(wanted.output)} was expected`]
  }
  if (certain && wanted.code !== null && step.error?.code !== wanted.code)
    return [`I3: ${where} ended by ${step.error?.code ?? 'nothing'}, and ${wanted.code} was expected`]
  if (certain && step.status === 'failed' && wanted.failures !== null && wanted.code === step.error?.code) {
    const exactly = wanted.failures === step.retry.maxAttempts
    if (
      step.failures > wanted.failures ||
      (exactly && isRetryable(wanted.code) && step.failures !== wanted.failures)
    )
      return [`I3: ${where} failed after ${step.failures} failures, and ${wanted.failures} were expected`]
  }
  return []
}

const isRetryable = (code: string | null): boolean =>
  code === 'desk.retryable' || code === 'model.overloaded' || code === 'step.internal'

function interferenceWith(row: ExecutionRow): Interference {
  const { status, error } = row.state
  const code = error?.code ?? ''
  const ended = status === 'timed_out' || code.startsWith('execution.') || code === 'storage.rejected'
  const stopped = new Set(
    row.commands.flatMap(({ command }) => (command.type === 'stop_step' ? [command.stepKey] : [])),
  )
  return { ended, stopped }
}

/** The end of the whole follows from its steps, or from something that is on record. */
function checkEnding(row: ExecutionRow, planned: PlannedExecution, simulation: Simulation): string[] {
  const { status, error, finishedAt } = row.state
  const { id } = row
  if (!isFinal(status)) return []
  const last = row.events.filter(({ event }) => event.type !== 'usage_recorded' && event.type !== 'renamed')
  const kinds = row.commands.map(({ command }) => command.type)
  const steps = [...row.steps.values()]
  if (steps.some((step) => !isFinal(step.status))) return [`${id} ended with steps that have not`]
  if (status === 'timed_out') {
    const before = last.findLast(({ event }) => event.at < (finishedAt ?? 0))?.event.at ?? 0
    const { deadlineMs } = planned.request.plan
    // A step that waits for servers of ours is put off at its limit, and then counts from its first attempt on.
    const waited = steps.some(
      (step) =>
        step.timeoutMs !== null &&
        (step.startedAt ?? Number.POSITIVE_INFINITY) + deadlineMs <= (finishedAt ?? 0),
    )
    const early = !waited && (finishedAt ?? 0) < before + deadlineMs
    return early ? [`${id} timed out ${(finishedAt ?? 0) - before} ms after it went on`] : []
  }
  if (error?.code === 'execution.quarantined')
    return (simulation.witness.claims.get(id) ?? 0) < 4
      ? [`${id} was quarantined with fewer than three deaths`]
      : []
  if (error?.code === 'storage.rejected') {
    const bad = steps.some(({ key }) => simulation.scriptOf(id, key).end === 'bad content')
    return bad ? [] : [`${id} was rejected by the database without a reason: ${error.message}`]
  }
  if (error?.code === 'execution.canceled')
    return kinds.includes('cancel') ? [] : [`${id} was canceled by nobody`]
  if (kinds.includes('cancel')) return [`${id} is ${status}, and its cancel was accepted`]
  if (planned.request.plan.conversation)
    return status === 'succeeded' && kinds.includes('close') ? [] : [`the conversation ${id} is ${status}`]
  const broken = steps.some((step) => step.status === 'failed' || step.status === 'timed_out')
  const stopped = steps.some((step) => step.status === 'canceled')
  const wanted = broken ? 'failed' : stopped ? 'canceled' : 'succeeded'
  return status === wanted ? [] : [`I3: ${id} is ${status}, and its steps make it ${wanted}`]
}

/** Each answer is the one to its message and to the answers that counted when it was asked. */
function checkConversation(row: ExecutionRow, { ended, stopped }: Interference): string[] {
  const found: string[] = []
  const steps = [...row.steps.values()]
  for (const step of steps) {
    const { end } = messageScript(row.id, step.key)
    const wanted = end === 'ok' ? 'succeeded' : 'failed'
    if (!ended && !stopped.has(step.key) && step.status !== wanted)
      found.push(`I3: ${step.key} of ${row.id} is ${step.status}, and ${wanted} was expected`)
    if (step.status !== 'succeeded') continue
    const original = step.replaces ?? step.key
    const asked = steps.find(({ key }) => key === original)
    const earlier = steps
      .filter((each) => each.replaces === null && each.ordinal < (asked?.ordinal ?? 0))
      .map((each) => {
        const tries = steps
          .filter(({ replaces, key, ordinal }) => (replaces ?? key) === each.key && ordinal < step.ordinal)
          .toReversed()
        return { input: inputOf(row, each.inputRef), answer: answerToBelieve(row, tries) }
      })
    const answer = expectedAnswer(earlier, inputOf(row, step.inputRef), step.model ?? '')
    const said = row.payloads.get(step.outputRef ?? '')
    if (said !== answer)
      found.push(`I3: ${step.key} of ${row.id} gave ${String(said)}, and ${answer} was expected`)
  }
  return found
}

/**
 * What the reader takes for the answer, of tries from the newest on: the newest whole one, or what a newer one had said
 * when the reader stopped it; where none is whole, what the newest that said anything had said.
 */
function answerToBelieve(row: ExecutionRow, tries: StepState[]): string | null {
  for (const { key, attempt, outputRef, status } of tries) {
    const isBroken = status !== 'succeeded' && status !== 'canceled'
    if (isBroken && tries.some((other) => other.status === 'succeeded')) continue
    const said = row.payloads.get(outputRef ?? `output/${key}#${attempt}`)
    if (typeof said === 'string' && said.trim() !== '') return said
    if (status === 'succeeded') return null
  }
  return null
}

function inputOf(row: ExecutionRow, ref: string): ReturnType<typeof modelInput> {
  return row.payloads.get(ref) as ReturnType<typeof modelInput>
}
