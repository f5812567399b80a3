import type { FaultKind } from './faults.ts'
import type { Random } from './random.ts'
import type { Simulation } from './simulation.ts'

/** Brings about what no request brings about by itself: deaths, pauses, wrong clocks, and servers that are away. */
export class Trouble {
  readonly #simulation: Simulation
  /** When faults end, in milliseconds of the simulation. */
  readonly healsAt: number
  #databaseBackAt = 0
  #busBackAt = 0

  constructor(simulation: Simulation, plan: Random) {
    this.#simulation = simulation
    this.healsAt = plan.between(2_000, 45_000)
    const { scheduler } = simulation
    scheduler.after(scheduler.world, plan.between(1, 200), () => this.#round())
    scheduler.after(scheduler.world, this.healsAt, () => this.heal())
  }

  #round(): void {
    const { scheduler, random, faults } = this.#simulation
    if (!faults.active) return
    this.#ofReplicas()
    this.#ofServers()
    scheduler.after(scheduler.world, random.between(20, 600), () => this.#round())
  }

  #happens(kind: FaultKind, base: number): boolean {
    const happens = this.#simulation.faults.happens(kind, base, () => this.#simulation.anythingLive())
    if (happens) this.#simulation.trace(() => `fault: ${kind}`)
    return happens
  }

  #ofReplicas(): void {
    const { scheduler, random, settings } = this.#simulation
    for (const replica of this.#simulation.living()) {
      const { process } = replica
      if (this.#happens('crash', 0.04)) this.#simulation.crash(process)
      else if (replica.ready && this.#happens('graceful stop', 0.01)) this.#simulation.stopGracefully(replica)
      if (this.#happens('pause', 0.05)) process.pausedUntil = scheduler.now + random.between(10, 1_500)
      if (this.#happens('pause beyond the lease', 0.02))
        process.pausedUntil = scheduler.now + settings.leaseMs * random.between(0.8, 3)
      if (this.#happens('wall clock step', 0.05))
        process.wallSkewMs = random.pick([
          -86_400_000,
          -3_600_000,
          3_600_000,
          86_400_000,
          random.between(-5_000, 5_000),
        ])
      if (this.#happens('lease connection cut', 0.02)) replica.lease.cut()
    }
  }

  #ofServers(): void {
    const { scheduler, random, database, bus, relay } = this.#simulation
    const { now } = scheduler
    if (this.#happens('database away', 0.015)) {
      database.away = true
      this.#databaseBackAt = Math.max(this.#databaseBackAt, now + span(random))
      for (const { lease } of this.#simulation.living()) lease.cut()
      scheduler.after(scheduler.world, this.#databaseBackAt - now, () => {
        if (scheduler.now >= this.#databaseBackAt) database.away = false
      })
    }
    if (this.#happens('bus away', 0.015)) {
      bus.away = true
      this.#busBackAt = Math.max(this.#busBackAt, now + span(random))
      scheduler.after(scheduler.world, this.#busBackAt - now, () => {
        if (scheduler.now >= this.#busBackAt) bus.away = false
      })
    }
    if (this.#happens('stream lost', 0.004)) relay.loseStream()
  }

  heal(): void {
    if (!this.#simulation.faults.active) return
    const { faults, database, bus, scheduler } = this.#simulation
    faults.active = false
    database.away = false
    bus.away = false
    for (const { process } of this.#simulation.living())
      if (process.pausedUntil > scheduler.now) process.pausedUntil = scheduler.now + 1
    this.#simulation.trace(() => 'everything heals')
  }
}

function span(random: Random): number {
  return random.chance(0.8) ? random.between(50, 3_000) : random.between(3_000, 20_000)
}
