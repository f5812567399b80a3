import type { Scheduler } from './scheduler.ts'
import { Task } from './scheduler.ts'

/** The database's clock when a simulation begins, in milliseconds since 1970. */
export const epoch = 1_800_000_000_000

/**
 * Runs `work` with the timers, clocks, ids and random numbers of the runtime under the scheduler's control, so that the
 * code of the product is simulated as it is. `work` has to be synchronous: nothing else runs meanwhile.
 */
export function underControl<T>(scheduler: Scheduler, random: () => number, work: () => T): T {
  const { setTimeout, clearTimeout, setInterval, clearInterval } = globalThis
  const clocks = { performance: { now: performance.now.bind(performance) }, date: { now: Date.now } }
  const mathRandom = Math.random
  const { randomUUIDv7 } = Bun
  const limit = Error.stackTraceLimit
  const later = (every: boolean) => (run: () => void, ms?: number) => {
    const delay = Math.max(1, ms ?? 0)
    return scheduler.after(scheduler.current, delay, run, every ? delay : 0)
  }
  const forget = (task: unknown) => {
    if (task instanceof Task) task.canceled = true
  }
  Object.assign(globalThis, {
    setTimeout: later(false),
    setInterval: later(true),
    clearTimeout: forget,
    clearInterval: forget,
  })
  performance.now = () => scheduler.now
  Date.now = () => Math.floor(epoch + scheduler.now + scheduler.current.wallSkewMs)
  Math.random = random
  Object.assign(Bun, { randomUUIDv7: countedIds(() => epoch + scheduler.now) })
  Error.stackTraceLimit = 0
  try {
    return work()
  } finally {
    Object.assign(globalThis, { setTimeout, clearTimeout, setInterval, clearInterval })
    Object.assign(performance, clocks.performance)
    Object.assign(Date, clocks.date)
    Math.random = mathRandom
    Object.assign(Bun, { randomUUIDv7 })
    Error.stackTraceLimit = limit
  }
}

/** UUIDv7 whose random bits are a count. */
function countedIds(now: () => number): () => string {
  let count = 0
  return () => {
    count += 1
    const time = Math.floor(now()).toString(16).padStart(12, '0')
    return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${count.toString(16).padStart(12, '0')}`
  }
}
