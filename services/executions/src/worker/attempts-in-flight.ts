import { isFinal } from '../contract/status.ts'
import type { EngineEvent } from '../engine/events.ts'
import type { EngineInput } from '../engine/inputs.ts'
import { outputRef, type ExecutionState, type StepState } from '../engine/state.ts'
import type { PayloadWrite } from '../engine/storage.ts'
import { spendOf, type LateUsage } from './late-usage.ts'
import { runAttempt, type AttemptOptions, type AttemptReport, type RunningAttempt } from './attempt-runner.ts'

/** The attempts that one owner carries out, by step and number. */
export class AttemptsInFlight {
  readonly #running = new Map<string, RunningAttempt>()
  readonly #onReport: (report: AttemptReport) => void
  readonly #onLateUsage: (usage: LateUsage) => void

  constructor(to: { onReport: (report: AttemptReport) => void; onLateUsage: (usage: LateUsage) => void }) {
    this.#onReport = to.onReport
    this.#onLateUsage = to.onLateUsage
  }

  get size(): number {
    return this.#running.size
  }

  /** Begins the attempts that the state has, that nobody carries out and no worker has accepted; ends those that it no longer has. */
  match(state: ExecutionState, options: Omit<AttemptOptions, 'state' | 'step' | 'attempt' | 'report'>): void {
    const wanted = new Map(
      [...state.steps.values()].flatMap((step): [string, StepState][] =>
        step.open?.until === null ? [[idOf(step.key, step.open.number), step]] : [],
      ),
    )
    for (const [id, running] of this.#running) {
      if (wanted.has(id)) continue
      this.#running.delete(id)
      running.abort()
      const step = state.steps.get(id.slice(0, id.lastIndexOf('#')))
      running.settleStream({ done: step === undefined || isFinal(step.status) })
    }
    for (const [id, step] of wanted) {
      if (this.#running.has(id) || !step.open) continue
      const report = (each: AttemptReport) => this.#take(id, each)
      this.#running.set(id, runAttempt({ ...options, state, step, attempt: step.open.number, report }))
    }
  }

  /** What attempts had said when they were ended from outside. */
  partialTexts(events: EngineEvent[]): PayloadWrite[] {
    return events.flatMap((event) => {
      if (!('attempt' in event) || !('error' in event)) return []
      const text = this.#running.get(idOf(event.stepKey, event.attempt))?.text() ?? ''
      return text === '' ? [] : [{ ref: outputRef(event.stepKey, event.attempt), body: text }]
    })
  }

  /** Attempts whose own limit has passed while they waited for infrastructure of ours: that was not their time. */
  putOff(state: ExecutionState, now: number): EngineInput[] {
    return [...state.steps.values()].flatMap(({ key, open, timeoutMs }): EngineInput[] => {
      const late = open && timeoutMs !== null && now >= open.startedAt + timeoutMs
      if (!late || !this.#running.get(idOf(key, open.number))?.waits()) return []
      return [{ type: 'attempt_put_off', stepKey: key, attempt: open.number }]
    })
  }

  /** Ends all effects; what they spend is still told. */
  dropAll(): void {
    for (const attempt of this.#running.values()) {
      attempt.abort()
      attempt.settleStream({ done: false })
    }
    this.#running.clear()
  }

  #take(id: string, report: AttemptReport): void {
    if (this.#running.has(id)) return this.#onReport(report)
    // The attempt was ended from outside, or belongs to another owner now: only what it spent still counts.
    const spend = spendOf(report.input)
    if (spend) this.#onLateUsage(spend)
  }
}

const idOf = (stepKey: string, attempt: number): string => `${stepKey}#${attempt}`
