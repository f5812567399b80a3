import type { Random } from './random.ts'

/** Everything that a simulation may break, and what a run counts. */
export const faultKinds = [
  'crash before a request',
  'crash after a request was carried out',
  'crash at an answer',
  'crash at a publish',
  'crash at an outside call',
  'crash',
  'graceful stop',
  'request lost',
  'answer lost',
  'request delayed',
  'answer delayed',
  'database away',
  'torn read',
  'pause',
  'pause beyond the lease',
  'lease connection cut',
  'wall clock step',
  'publish lost',
  'publish delayed',
  'publish duplicated',
  'bus away',
  'start duplicated',
  'start answer lost',
  'provider left alone',
  'provider slow',
  'service unavailable',
  'worker silent',
  'worker answer lost',
  'worker answer duplicated',
  'relay crash between publish and mark',
  'event duplicated',
  'event delayed',
  'stream lost',
] as const
export type FaultKind = (typeof faultKinds)[number]

export interface FaultCount {
  injected: number
  /** Of these, how many met an execution that had not ended. */
  live: number
}

/** Decides at each possible point whether a fault happens; each seed has its own mix of kinds. */
export class Faults {
  readonly counts = new Map<FaultKind, FaultCount>()
  readonly #rates = new Map<FaultKind, number>()
  readonly #random: Random
  /** False once the simulation heals. */
  active = true

  constructor(random: Random, intensity: number) {
    this.#random = random
    for (const kind of faultKinds) if (random.chance(0.5)) this.#rates.set(kind, intensity * random.next())
  }

  /** True where the fault shall happen now; `base` is its probability at full strength. */
  happens(kind: FaultKind, base: number, live: () => boolean): boolean {
    const rate = this.#rates.get(kind)
    if (rate === undefined || !this.active || this.#random.next() >= rate * base) return false
    this.count(kind, live())
    return true
  }

  count(kind: FaultKind, live: boolean): void {
    const count = this.counts.get(kind) ?? { injected: 0, live: 0 }
    count.injected += 1
    if (live) count.live += 1
    this.counts.set(kind, count)
  }
}

/** An outage as the driver reports it. */
export class SimulatedOutage extends Error {
  readonly code = 'CONNECTION_CLOSED'
}

/** A refusal as Postgres reports it. */
export class SimulatedRefusal extends Error {
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}
