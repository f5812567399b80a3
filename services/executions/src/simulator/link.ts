import { SimulatedOutage, type Faults } from './faults.ts'
import type { SimulatedDatabase } from './database.ts'
import type { Random } from './random.ts'
import type { Scheduler, SimulatedProcess } from './scheduler.ts'

/** After so many milliseconds without an answer the caller is told so, whatever became of its request. */
const deadlineMs = 11_000

export interface Link {
  scheduler: Scheduler
  faults: Faults
  random: Random
  database: SimulatedDatabase
  crash: (process: SimulatedProcess) => void
  /** Whether something that has not ended may be hit by a fault of this process. */
  isLive: (process: SimulatedProcess) => boolean
  trace: (text: () => string) => void
}

/**
 * One request of a process to the database: it travels, is carried out at one moment, and its answer travels back. Any
 * of the three may be late or lost, and the process may die before, in between and after.
 */
export function request<T>(link: Link, name: string, carryOut: () => T): Promise<T> {
  const { scheduler, faults, random, database } = link
  const process = scheduler.current
  const live = () => link.isLive(process)
  if (faults.happens('crash before a request', 0.004, live)) {
    link.trace(() => `dies before ${name}`)
    link.crash(process)
    return new Promise(() => {})
  }
  return new Promise((resolve, reject) => {
    const there =
      random.between(0.1, 1.5) + (faults.happens('request delayed', 0.05, live) ? long(random) : 0)
    const back = random.between(0.1, 1.5) + (faults.happens('answer delayed', 0.05, live) ? long(random) : 0)
    const lost = faults.happens('request lost', 0.03, live)
    const answerLost = faults.happens('answer lost', 0.03, live)
    let answered = false
    const say = (delay: number, settle: () => void) => {
      scheduler.after(process, delay, () => {
        if (answered) return
        answered = true
        if (faults.happens('crash at an answer', 0.004, live)) {
          link.trace(() => `dies at the answer to ${name}`)
          return link.crash(process)
        }
        settle()
      })
    }
    const fail = (why: string) => () => {
      link.trace(() => `${name}: ${why}`)
      reject(new SimulatedOutage(why))
    }
    if (there + back > deadlineMs) say(deadlineMs, fail('no answer in time'))
    if (lost) return say(there, fail('the request was lost'))
    scheduler.after(scheduler.world, there, () => {
      if (database.away) {
        faults.count('database away', live())
        return say(back, fail('the database is away'))
      }
      let settle: () => void
      try {
        const result = carryOut()
        settle = () => resolve(result)
        const apart = database.outsideTransaction.splice(0)
        if (apart.length > 0)
          scheduler.after(process, random.between(0.1, 1.5), () => database.addOutbox(apart))
      } catch (error) {
        settle = () => reject(error)
      }
      if (process.alive && faults.happens('crash after a request was carried out', 0.004, live)) {
        link.trace(() => `${process.name} dies after ${name} was carried out`)
        return link.crash(process)
      }
      say(back, answerLost ? fail('the answer was lost') : settle)
    })
  })
}

function long(random: Random): number {
  return random.chance(0.8) ? random.between(5, 400) : random.between(400, 20_000)
}
