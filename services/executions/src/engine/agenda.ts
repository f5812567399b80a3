import { isFinal } from '../contract/status.ts'
import type { StepState } from './state.ts'

/**
 * Which steps something may follow from, kept along with a fold: to look through 10,000 steps after each of them would
 * take minutes. Keys are those of steps.
 */
export class Agenda {
  /** An attempt is in flight. */
  readonly open = new Set<string>()
  /** Pending, with a time before which no further attempt begins. */
  readonly later = new Set<string>()
  /** Steps that have not ended. */
  unended = 0
  readonly #ready = new Set<string>()
  readonly #doomed = new Set<string>()
  /** Steps before it that have not succeeded. */
  readonly #missing = new Map<string, number>()
  readonly #followers = new Map<string, string[]>()
  readonly #steps: ReadonlyMap<string, StepState>

  /** `steps` is the map of the fold, which changes in place; `changed` tells what of it did. */
  constructor(steps: ReadonlyMap<string, StepState>) {
    this.#steps = steps
    for (const step of steps.values()) this.#add(step)
  }

  /** Steps with an attempt in flight, in the order of the plan. */
  get inFlight(): StepState[] {
    return this.#inOrder(this.open)
  }

  /** Pending steps of which all before have succeeded, in the order of the plan. */
  get ready(): StepState[] {
    return this.#inOrder(this.#ready)
  }

  /** Pending steps after one that has ended otherwise. */
  get doomed(): StepState[] {
    return this.#inOrder(this.#doomed)
  }

  changed(before: StepState | undefined, after: StepState): void {
    if (!before) return this.#add(after)
    this.#place(after)
    if (isFinal(before.status) || !isFinal(after.status)) return
    this.unended -= 1
    for (const key of this.#followers.get(after.key) ?? []) {
      const follower = this.#steps.get(key)
      if (!follower) continue
      if (after.status === 'succeeded') {
        this.#missing.set(key, (this.#missing.get(key) ?? 0) - 1)
        this.#place(follower)
      } else if (follower.status === 'pending') this.#doomed.add(key)
    }
  }

  #add(step: StepState): void {
    let missing = 0
    for (const key of step.after) {
      const followers = this.#followers.get(key)
      if (followers) followers.push(step.key)
      else this.#followers.set(key, [step.key])
      const before = this.#steps.get(key)?.status
      if (before !== 'succeeded') missing += 1
      if (before && isFinal(before) && before !== 'succeeded') this.#doomed.add(step.key)
    }
    this.#missing.set(step.key, missing)
    if (!isFinal(step.status)) this.unended += 1
    this.#place(step)
  }

  #place(step: StepState): void {
    const { key } = step
    const pending = step.status === 'pending'
    toggle(this.open, key, step.open !== null)
    toggle(this.later, key, pending && step.nextAttemptAt !== null)
    toggle(this.#ready, key, pending && this.#missing.get(key) === 0)
    if (!pending) this.#doomed.delete(key)
  }

  #inOrder(keys: Set<string>): StepState[] {
    const steps = [...keys].flatMap((key) => this.#steps.get(key) ?? [])
    return steps.length > 1 ? steps.sort((a, b) => a.ordinal - b.ordinal) : steps
  }
}

function toggle(set: Set<string>, key: string, member: boolean): void {
  if (member) set.add(key)
  else set.delete(key)
}
