import { join } from 'node:path'
import type { Ground } from '../support/ground.ts'
import { startHelper } from '../support/helper.ts'
import { meter, type Metered } from '../support/meter.ts'
import { latency, type Latency } from '../support/numbers.ts'
import type { EngineResult } from './engine.bench.ts'
import type { LimitsSetup } from './limits.ts'

export interface Rate {
  perSecond: number
  /** CPU seconds of the program and Postgres per 1,000. */
  cpuPerThousand: number
}

export interface SameRows extends Rate {
  kind: string
  toEndMs: Latency
  cpuByProcess: Record<string, number>
  aloneMs: Latency
}

export interface Limits {
  singleRow1: Rate
  singleRow16: Rate
  batched: Rate
  sameRows: SameRows
}

const rate = (perSecond: number, count: number, { cpuSecondsTotal }: Metered): Rate => ({
  perSecond,
  cpuPerThousand: (cpuSecondsTotal / count) * 1000,
})

/** Measures what the Postgres of this run gives without an engine, last the very rows of the result's executions. */
export async function runLimits(ground: Ground, result: EngineResult, seconds = 2): Promise<Limits> {
  const helper = await startHelper(join(import.meta.dirname, 'limits.ts'), {
    ownerUrl: ground.ownerUrl,
  } satisfies LimitsSetup)
  const watched = [
    ...ground.watched.filter(([name]) => name === 'postgres'),
    ['program', helper.pid] as [string, number],
  ]
  const rows = async (name: string, argument: object) => {
    await helper.ask(name, { ...argument, seconds: seconds / 10 })
    const { result: done, metered } = await meter(watched, () =>
      helper.ask<{ perSecond: number; count: number }>(name, { ...argument, seconds }),
    )
    return rate(done.perSecond, done.count, metered)
  }
  try {
    const singleRow1 = await rows('singleRow', { connections: 1 })
    const singleRow16 = await rows('singleRow', { connections: 16 })
    const batched = await rows('batched', { connections: 4, rows: 100 })
    const [executionId = ''] = result.sampleIds
    const sameRows = (count: number, inFlight: number) =>
      helper.ask<{ wallSeconds: number; toEndMs: number[]; ids: string[] }>('sameRows', {
        count,
        inFlight,
      })
    const count = Math.max(1, result.count)
    await helper.ask('prepare', { executionId, count: Math.min(500, count) })
    const { result: done, metered } = await meter(watched, () => sameRows(count, result.inFlight))
    await requireSameRows(ground, executionId, done.ids)
    const alone = await sameRows(Math.min(200, count), 1)
    const perThousand = (cpu: number) => (cpu / count) * 1000
    return {
      singleRow1,
      singleRow16,
      batched,
      sameRows: {
        kind: result.kind,
        perSecond: count / done.wallSeconds,
        cpuPerThousand: perThousand(metered.cpuSecondsTotal),
        cpuByProcess: Object.fromEntries(
          Object.entries(metered.cpuSeconds).map(([name, cpu]) => [name, perThousand(cpu)]),
        ),
        toEndMs: latency(done.toEndMs),
        aloneMs: latency(alone.toEndMs),
      },
    }
  } finally {
    await helper.stop()
  }
}

/** A limit that wrote less than the engine would be none. */
async function requireSameRows(ground: Ground, recorded: string, ids: string[]): Promise<void> {
  for (const table of ['events', 'steps', 'attempts', 'payloads']) {
    const [row] = await ground.owner.unsafe<{ mine: string; theirs: string }[]>(
      `select (select count(*) from executions.${table} where execution_id = $1) as mine,
        (select count(*) from executions.${table} where execution_id = any($2::uuid[])) as theirs`,
      [recorded, ids],
    )
    if (!row || Number(row.mine) * ids.length !== Number(row.theirs)) {
      throw new Error(
        `The limit wrote ${row?.theirs} rows of ${table} for ${ids.length} executions of ${row?.mine}.`,
      )
    }
  }
}
