import { advanceOn, decideOn, reactOn } from '../engine/decide.ts'
import { readyPureSteps } from '../engine/decide-advance.ts'
import type { EngineEvent } from '../engine/events.ts'
import { startFold } from '../engine/evolve.ts'
import type { EngineInput } from '../engine/inputs.ts'
import type { ExecutionState } from '../engine/state.ts'
import type { PayloadWrite } from '../engine/storage.ts'
import type { AttemptOptions, AttemptReport } from './attempt-runner.ts'
import { spendOf } from './late-usage.ts'
import { doPureSteps } from './pure-steps.ts'

export interface Batch {
  state: ExecutionState
  /** What has arrived. */
  items: AttemptReport[]
  now: number
  /** Pure steps that are done at most. */
  mostPureSteps: number
  options: Omit<AttemptOptions, 'state' | 'step' | 'attempt' | 'report'>
}

export interface Decided {
  events: EngineEvent[]
  payloads: Map<string, PayloadWrite>
  /** A pure step could not be done for want of the database. */
  waits: boolean
  /** More pure steps could be done at once. */
  unfinished: boolean
}

/**
 * Decides all that has arrived at one moment, and does the pure steps that follow. What a predecessor left behind comes
 * first, then what people want, a cancel before all else, then what attempts report.
 */
export async function decideBatch({ state, items, now, mostPureSteps, options }: Batch): Promise<Decided> {
  const fold = startFold(state)
  const events: EngineEvent[] = []
  const payloads = new Map<string, PayloadWrite>()
  const keep = (facts: EngineEvent[], more: PayloadWrite[]) => {
    if (facts.length === 0) return
    for (const fact of facts) events.push(fact)
    for (const payload of more) payloads.set(payload.ref, payload)
  }
  for (const item of inOrder(items)) keep(reactOn(fold, item.input, now), item.payloads)
  keep(advanceOn(fold, now), [])
  // What no longer counts as a result was spent all the same.
  for (const { input } of items) {
    const spend = spendOf(input)
    if (spend) keep(reactOn(fold, spend, now), [])
  }
  const ready = () => (fold.current ? readyPureSteps(fold.current, fold.agenda) : [])
  let did = 0
  for (let steps = ready(); steps.length > 0; steps = ready()) {
    if (did >= mostPureSteps) return { events, payloads, waits: false, unfinished: true }
    const some = steps.slice(0, mostPureSteps - did)
    did += some.length
    const done = await doPureSteps({ state: fold.current ?? state, steps: some, payloads, options })
    for (const report of done.reports) keep(decideOn(fold, report.input, now), report.payloads)
    if (done.waits) return { events, payloads, waits: true, unfinished: false }
  }
  return { events, payloads, waits: false, unfinished: false }
}

const turns: Partial<Record<EngineInput['type'], number>> = { takeover: 0, command: 2, attempt_put_off: 3 }

function inOrder(items: AttemptReport[]): AttemptReport[] {
  const turnOf = ({ input }: AttemptReport) => {
    // Accepted while others waited: closed by them, it would have come for nothing.
    if (input.type === 'command' && input.command.type === 'cancel') return 1
    return turns[input.type] ?? 4
  }
  return items.toSorted((one, other) => turnOf(one) - turnOf(other))
}
