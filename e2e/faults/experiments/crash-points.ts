import { PostgresWire } from '../../support/postgres-wire.ts'
import type { Direction } from '../../support/tcp-proxy.ts'
import { chainPlan, newJob, startPlan, untilStatus } from '../jobs.ts'
import { replicaOf } from '../look.ts'
import type { Arena, Experiment } from '../runner.ts'

const engines = ['executions', 'executions-2']

/** Where a process can be cut off, as seen on its wires. */
interface Point {
  process: string
  what: string
}

/**
 * Watches the wires of the engine's processes. Each durable write and each publication is a point before it leaves and a
 * point before its answer comes back; the armed one is cut off there, and its process killed.
 */
class CrashPoints {
  readonly #arena: Arena
  #armed: number | undefined
  #passed: Point[] = []
  #onReached: (point: Point) => void = () => {}

  constructor(arena: Arena) {
    this.#arena = arena
    for (const name of engines) {
      const { postgres, nats } = arena.system.part(name)
      const wires = new Map<number, PostgresWire>()
      postgres.setIntercept((chunk, direction, { id }) => {
        const wire = wires.get(id) ?? new PostgresWire()
        wires.set(id, wire)
        let goes = true
        for (const { kind, statement } of wire.read(chunk, direction)) {
          const what = statement.replaceAll(/\s+/g, ' ').slice(0, 50)
          goes = this.#pass({ process: name, what: `${kind}: ${what}` }) && goes
        }
        return goes
      })
      const awaits = new Set<number>()
      nats.setIntercept((chunk, direction: Direction, { id }) => {
        if (direction === 'to-server' && /\bH?PUB qw\./.test(chunk.toString('latin1'))) {
          awaits.add(id)
          return this.#pass({ process: name, what: 'publication sent' })
        }
        if (direction === 'to-client' && awaits.delete(id))
          return this.#pass({ process: name, what: 'publication acknowledged' })
        return true
      })
    }
  }

  /** False where the bytes must not go on. */
  #pass(point: Point): boolean {
    this.#passed.push(point)
    if (this.#passed.length - 1 !== this.#armed) return true
    this.#armed = undefined
    this.#arena.system.part(point.process).process.kill('SIGKILL')
    this.#onReached(point)
    return false
  }

  /** Counts from now on, and kills at point `index`. */
  arm(index: number | undefined): Promise<Point> {
    this.#passed = []
    this.#armed = index
    return new Promise((resolve) => {
      this.#onReached = resolve
    })
  }

  get passed(): readonly Point[] {
    return this.#passed
  }

  stop(): void {
    for (const name of engines) {
      this.#arena.system.part(name).postgres.setIntercept(undefined)
      this.#arena.system.part(name).nats.setIntercept(undefined)
    }
  }
}

async function untilOwning({ system }: Arena): Promise<void> {
  for (const name of engines) {
    await system.part(name).process.ready(30_000)
    while (!(await replicaOf(system, name))) await Bun.sleep(50)
  }
}

/** Kills the engine before and after each write, publication and outside call of a reference plan. */
export const crashPoints: Experiment = {
  id: 'X03',
  title: 'the engine killed before and after each write, publication and call of a plan',
  counts: { short: 4, nightly: 60, release: 180 },
  run: async (arena) => {
    const { system, violations } = arena
    const points = new CrashPoints(arena)
    // Connections that were open before were not followed from their first byte.
    await Promise.all(engines.map((name) => system.part(name).process.respawn({})))
    await untilOwning(arena)
    const runOne = async () => {
      const job = newJob('chain', arena.jobs.length)
      job.marker = `X03-${arena.jobs.length}`
      arena.jobs.push(job)
      await startPlan(system, job, chainPlan(arena.tools, job))
      await untilStatus(system, job.executionId ?? '', [])
      job.endedAt = performance.now()
    }
    void points.arm(undefined)
    await runOne()
    const total = points.passed.length
    arena.note(`${total} points on the wires of one plan`)
    let reached = 0
    for (let number = 0; number < arena.count; number += 1) {
      // Evenly over the plan, so that a short set still has early and late ones; every fourth kills in a call.
      const index = Math.floor(((number + arena.random.next()) * total) / arena.count)
      const isCall = number % 4 === 3
      await arena.inject(
        isCall ? 'crash in a call' : `crash at point ${index}`,
        async () => {
          const crashed = isCall ? crashInCall(arena) : points.arm(index)
          const running = runOne()
          const at = await Promise.race([crashed, running.then(() => undefined)])
          if (at) {
            reached += 1
            arena.note(`crashed ${at.process} at ${at.what}`)
          }
          await running
          await untilOwning(arena)
        },
        async () => 1,
      )
    }
    points.stop()
    arena.note(`${reached} of ${arena.count} points were reached`)
    if (reached < 0.8 * arena.count)
      violations.push(`X03 only ${reached} of ${arena.count} points were reached`)
  },
}

/** Kills the owner while its call is with the worker, not yet answered. */
function crashInCall({ system }: Arena): Promise<Point> {
  return new Promise((resolve) => {
    system.worker.onCall(({ executionId }) => {
      system.worker.onCall(undefined)
      const kill = async () => {
        const [row] = await system.sql<{ replica_id: string | null }[]>`
          select replica_id from executions.executions where id = ${executionId}`
        for (const name of engines) {
          if ((await replicaOf(system, name)) !== row?.replica_id) continue
          system.part(name).process.kill('SIGKILL')
          resolve({ process: name, what: 'a call was with its worker' })
        }
      }
      void kill()
    })
  })
}
