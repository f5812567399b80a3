import { join } from 'node:path'
import type { Ground, ServiceProcess } from '../support/ground.ts'
import { startHelper, type Helper } from '../support/helper.ts'
import { meter, type Metered } from '../support/meter.ts'
import { dearestStatements, forgetStatements, type StatementCost } from '../support/statements.ts'
import { type Latency, latency, type Spread, spread } from '../support/numbers.ts'
import type { CallerSetup, Load, LoadResult } from './caller.ts'
import { databaseWork, type Evidence, evidenceOf, outboxDrained } from './evidence.ts'
import type { BenchKind } from './plan.ts'
import type { WorkerSetup } from './worker.ts'

export interface EngineOptions {
  kind: BenchKind
  /** Executions per round with many in flight. */
  count: number
  inFlight: number
  rounds: number
  warmUp: number
  /** Executions one after the other. */
  alone: number
  replicas: number
  /** 1: every step is committed before the next begins. */
  pureStepsPerCommit: number
  /** A folder for CPU profiles of the executions processes. */
  profile?: string | undefined
  /** Asks Postgres what each statement cost; the ground must have been opened with it. */
  statements?: boolean
}

export interface EngineResult {
  kind: BenchKind
  replicas: number
  pureStepsPerCommit: number
  count: number
  inFlight: number
  workflowsPerSecond: Spread
  toEndMs: Latency
  /** Seconds of CPU per 1,000 executions, by process, over all rounds. */
  cpuPerThousand: Record<string, number>
  cpuPerThousandTotal: number
  coresBusy: number
  commitsPerWorkflow: number
  walKbPerWorkflow: number
  peakMemoryMiB: Record<string, number>
  peakMemoryMiBTotal: number
  outboxDrainedAfterMs: number
  alone: { toEndMs: Latency; toAnswerMs: Latency } | null
  evidence: Evidence
  statements: StatementCost[]
  /** Some of its executions. */
  sampleIds: string[]
}

const here = import.meta.dirname

export interface Cast {
  services: ServiceProcess[]
  caller: Helper
  worker: Helper
}

/** Starts the processes of one variant. */
export async function beginEngine(
  ground: Ground,
  options: Pick<EngineOptions, 'replicas' | 'pureStepsPerCommit' | 'profile'>,
): Promise<Cast> {
  const services = await Promise.all(
    Array.from({ length: options.replicas }, () =>
      ground.startService('executions', {
        settings: { QUILLWORKS_PURE_STEPS_PER_COMMIT: String(options.pureStepsPerCommit) },
        bun: options.profile ? ['--cpu-prof', '--cpu-prof-md', `--cpu-prof-dir=${options.profile}`] : [],
      }),
    ),
  )
  const setup = { natsUrl: ground.natsUrl, secret: ground.secret } satisfies CallerSetup & WorkerSetup
  const [caller, worker] = await Promise.all([
    startHelper(join(here, 'caller.ts'), setup),
    startHelper(join(here, 'worker.ts'), setup),
  ])
  return { services, caller, worker }
}

export async function endEngine({ caller, worker, services }: Cast): Promise<void> {
  await Promise.all([caller.stop(), worker.stop(), ...services.map((service) => service.stop())])
}

/** Runs one variant of the engine's benchmark on servers that stand already. */
export async function runEngine(ground: Ground, options: EngineOptions): Promise<EngineResult> {
  const cast = await beginEngine(ground, options)
  try {
    return await measure(ground, options, cast)
  } finally {
    await endEngine(cast)
  }
}

async function measure(ground: Ground, options: EngineOptions, cast: Cast): Promise<EngineResult> {
  const { kind, count, inFlight } = options
  const load = (what: Omit<Load, 'kind'>) =>
    cast.caller.ask<LoadResult>('load', { kind, ...what } satisfies Load)
  await load({ count: options.warmUp, inFlight })
  await outboxDrained(ground.owner, Date.now())
  const watched = [
    ...ground.watched,
    ...cast.services.map(({ pid }): [string, number] => ['executions', pid]),
    ['caller', cast.caller.pid] as [string, number],
    ...(kind === 'call' ? [['worker', cast.worker.pid] as [string, number]] : []),
  ]
  const rounds: { result: LoadResult; metered: Metered; drainedMs: number }[] = []
  if (options.statements) await forgetStatements(ground.owner)
  const before = await databaseWork(ground.owner)
  for (let round = 0; round < options.rounds; round += 1) {
    let drainedMs = 0
    // What the relay still does after the last end belongs to the cost.
    const { result, metered } = await meter(watched, async () => {
      const done = await load({ count, inFlight })
      drainedMs = await outboxDrained(ground.owner, done.endedAt)
      return done
    })
    rounds.push({ result, metered, drainedMs })
  }
  const after = await databaseWork(ground.owner)
  const statements = options.statements ? await dearestStatements(ground.owner) : []
  const alone = options.alone > 0 ? await load({ count: options.alone, inFlight: 1 }) : null
  await outboxDrained(ground.owner, Date.now())
  const evidence = await evidenceOf(
    ground.owner,
    rounds.flatMap(({ result }) => result.ids),
  )
  const total = count * options.rounds
  const perThousand = (seconds: number) => (seconds / total) * 1000
  const names = Object.keys(rounds[0]?.metered.cpuSeconds ?? {})
  const cpuOf = (name: string) =>
    rounds.reduce((sum, { metered }) => sum + (metered.cpuSeconds[name] ?? 0), 0)
  const cpuTotal = rounds.reduce((sum, { metered }) => sum + metered.cpuSecondsTotal, 0)
  const wall = rounds.reduce((sum, { metered }) => sum + metered.wallSeconds, 0)
  const peak = rounds
    .map(({ metered }) => metered)
    .toSorted((a, b) => b.peakMemoryMiBTotal - a.peakMemoryMiBTotal)[0]
  return {
    kind,
    replicas: options.replicas,
    pureStepsPerCommit: options.pureStepsPerCommit,
    count: total,
    inFlight,
    workflowsPerSecond: spread(rounds.map(({ result }) => count / result.wallSeconds)),
    toEndMs: latency(rounds.flatMap(({ result }) => result.toEndMs)),
    cpuPerThousand: Object.fromEntries(names.map((name) => [name, perThousand(cpuOf(name))])),
    cpuPerThousandTotal: perThousand(cpuTotal),
    coresBusy: cpuTotal / wall,
    commitsPerWorkflow: (after.commits - before.commits) / total,
    walKbPerWorkflow: (after.walBytes - before.walBytes) / 1024 / total,
    peakMemoryMiB: peak?.peakMemoryMiB ?? {},
    peakMemoryMiBTotal: peak?.peakMemoryMiBTotal ?? 0,
    outboxDrainedAfterMs: Math.max(...rounds.map(({ drainedMs }) => drainedMs)),
    alone: alone && { toEndMs: latency(alone.toEndMs), toAnswerMs: latency(alone.toAnswerMs) },
    evidence,
    statements,
    sampleIds: rounds.flatMap(({ result }) => result.ids.slice(0, 2)),
  }
}
