import { join } from 'node:path'
import type { CommandLine } from '../support/command-line.ts'
import { committedFacts, keepCommitTimes } from '../support/commits.ts'
import { type Ground, openGround } from '../support/ground.ts'
import { startHelper } from '../support/helper.ts'
import { meter } from '../support/meter.ts'
import { type Latency, latency, short } from '../support/numbers.ts'
import { whoRuns } from '../support/owner.ts'
import { startPlatform } from '../support/platform.ts'
import { table } from '../support/table.ts'
import type { Spread, StatusHeard, StatusLoad, StatusSetup } from './load.ts'

export interface StatusRow extends StatusLoad {
  /** From Postgres's commit timestamp, taken before the flush of the log, to the message at the subscriber. */
  fromCommitMs: Latency
  deliveriesPerSecond: number
  heardEnd: number
  gatewayCpuMsPerDelivery: number
}

export interface StatusReport {
  settings: Record<string, string>
  rows: StatusRow[]
}

/** Runs the loads one after the other; the ground must keep commit timestamps. */
export async function runStatus(ground: Ground, loads: StatusLoad[]): Promise<StatusRow[]> {
  const platform = await startPlatform(ground)
  const setup: StatusSetup = {
    natsUrl: ground.natsUrl,
    secret: ground.secret,
    gatewayUrl: platform.url,
    key: platform.key,
    runAs: await whoRuns(ground),
  }
  const worker = await startHelper(join(import.meta.dirname, 'worker.ts'), setup)
  const gateway = platform.services['gateway']?.pid ?? 0
  const rows: StatusRow[] = []
  for (const load of loads) {
    const client = await startHelper(join(import.meta.dirname, 'client.ts'), setup)
    await client.ask('follow', load)
    const { result, metered } = await meter([['gateway', gateway]], async () => {
      await worker.ask('go', load.stepMs)
      return client.ask<StatusHeard>('heard', 4 * load.steps * load.stepMs + 30_000)
    })
    await client.stop()
    const facts = await committedFacts(ground, result.ids)
    const commits = new Map(facts.map(({ id, revision, committedMs }) => [`${id} ${revision}`, committedMs]))
    const delays = result.arrivals.map(([execution, revision, atMs]) => {
      const committed = commits.get(`${result.ids[execution]} ${revision}`)
      if (committed === undefined) throw new Error(`A revision came that is not stored: ${revision}.`)
      return atMs - committed
    })
    const row = {
      ...load,
      fromCommitMs: latency(delays),
      deliveriesPerSecond: delays.length / metered.wallSeconds,
      heardEnd: result.heardEnd,
      gatewayCpuMsPerDelivery: (metered.cpuSecondsTotal * 1000) / delays.length,
    }
    console.error(
      `${load.spread} ${load.subscribers}: ${short(row.fromCommitMs.p50)} / ${short(row.fromCommitMs.p99)} ms`,
    )
    rows.push(row)
  }
  return rows
}

const usual: Record<Spread, (subscribers: number) => StatusLoad> = {
  own: (subscribers) => ({
    spread: 'own',
    subscribers,
    steps: subscribers < 10 ? 100 : 10,
    stepMs: subscribers < 10 ? 50 : 1_000,
  }),
  one: (subscribers) => ({ spread: 'one', subscribers, steps: 20, stepMs: 500 }),
}

export async function statusBench(line: CommandLine): Promise<StatusReport> {
  const levels = (line.text('subscribers') ?? '1,100,1000').split(',').map(Number)
  const ground = await openGround({ postgres: keepCommitTimes })
  try {
    const warmUp: StatusLoad = { spread: 'own', subscribers: 50, steps: 10, stepMs: 50 }
    const own = levels.map((subscribers) => usual.own(subscribers))
    const one = levels.filter((subscribers) => subscribers > 1).map((subscribers) => usual.one(subscribers))
    const rows = await runStatus(ground, [warmUp, ...own, ...one])
    return { settings: ground.settings, rows: rows.slice(1) }
  } finally {
    await ground.close()
  }
}

export function statusText({ rows }: StatusReport): string {
  const said = { own: 'each its own execution', one: 'all on one execution' }
  const head = [
    'subscribers',
    '',
    'from commit p50 / p99 / max ms',
    'deliveries/s',
    'heard the end',
    'gateway CPU ms per delivery',
  ]
  const body = rows.map((row) => [
    String(row.subscribers),
    said[row.spread],
    `${short(row.fromCommitMs.p50)} / ${short(row.fromCommitMs.p99)} / ${short(row.fromCommitMs.max)}`,
    short(row.deliveriesPerSecond),
    `${row.heardEnd} of ${row.subscribers}`,
    short(row.gatewayCpuMsPerDelivery),
  ])
  return table([head, ...body])
}
