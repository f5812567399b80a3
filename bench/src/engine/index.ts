import type { CommandLine } from '../support/command-line.ts'
import { openGround } from '../support/ground.ts'
import { short } from '../support/numbers.ts'
import { table } from '../support/table.ts'
import { runEngine, type EngineResult } from './engine.bench.ts'
import { type Limits, runLimits } from './limits.bench.ts'
import { type BenchKind, stepKinds } from './plan.ts'

export interface EngineReport {
  settings: Record<string, string>
  /** One for each kind of step: their rows differ. */
  limits: Limits[]
  variants: EngineResult[]
}

interface Variant {
  kind: BenchKind
  replicas: number
  pureStepsPerCommit: number
}

/** Which variants: both kinds on one replica, template steps as they are fused by default, and more replicas. */
function variantsOf(line: CommandLine): Variant[] {
  const kinds = stepKinds.filter((kind) => (line.text('kind') ?? kind) === kind)
  const replicas = line.number('replicas', 0)
  const counts = replicas > 0 ? [replicas] : line.has('quick') ? [1] : [1, 2, 3]
  const own = counts.flatMap((count) =>
    kinds.map((kind) => ({ kind, replicas: count, pureStepsPerCommit: 1 })),
  )
  const fused = kinds.includes('template') && !line.has('quick')
  return fused ? [...own, { kind: 'template', replicas: counts[0] ?? 1, pureStepsPerCommit: 100 }] : own
}

export async function engineBench(line: CommandLine): Promise<EngineReport> {
  const variants: EngineResult[] = []
  let settings = {}
  const limits: Limits[] = []
  for (const variant of variantsOf(line)) {
    const ground = await openGround({ statements: line.has('statements') })
    try {
      settings = ground.settings
      const result = await runEngine(ground, {
        ...variant,
        count: line.number('count', 2_000),
        rounds: line.number('rounds', 3),
        inFlight: line.number('in-flight', 100),
        warmUp: line.number('warm-up', 200),
        alone: line.number('alone', 200),
        profile: line.text('profile'),
        statements: line.has('statements'),
      })
      variants.push(result)
      // A long run says how far it is.
      console.error(
        `${variant.kind}, ${variant.replicas} replicas, ${variant.pureStepsPerCommit} per commit: ${short(result.workflowsPerSecond.median)}/s, ${short(result.cpuPerThousandTotal)} CPU s`,
      )
      const known = limits.some(({ sameRows }) => sameRows.kind === variant.kind)
      if (!known && !line.has('no-limits')) limits.push(await runLimits(ground, result))
    } finally {
      await ground.close()
    }
  }
  return { settings, limits, variants }
}

const durability = (result: EngineResult) =>
  result.pureStepsPerCommit === 1 ? 'commit per step' : 'fused (default)'

function statementsText({ kind, count, statements }: EngineResult): string {
  const head = [
    'calls',
    'rows',
    'ms per 1,000 workflows',
    'of it planning',
    'mean ms',
    'buffers per call',
    'WAL kB per call',
    'statement',
  ]
  const body = statements.map((each) => [
    short(each.calls),
    short(each.rows),
    short((each.totalMs / count) * 1000),
    short((each.planMs / count) * 1000),
    short(each.meanMs),
    short(each.buffers / each.calls),
    short(each.walKb / each.calls),
    each.query.slice(0, 90),
  ])
  return `${kind}: what Postgres spent by statement\n${table([head, ...body])}`
}

export function engineText({ settings, limits, variants }: EngineReport): string {
  const shown = Object.entries(settings).map(([name, value]) => `${name}=${value}`)
  const limitOf = ({ kind }: EngineResult) =>
    limits.find(({ sameRows }) => sameRows.kind === kind)?.sameRows.perSecond
  const throughput = [
    [
      'variant',
      'replicas',
      'workflows/s (min–max)',
      'of the limit',
      'in flight p50 / p99 ms',
      'alone p50 / p99 ms',
    ],
    ...variants.map((result) => [
      `${result.kind}, ${durability(result)}`,
      String(result.replicas),
      `${short(result.workflowsPerSecond.median)} (${short(result.workflowsPerSecond.min)}–${short(result.workflowsPerSecond.max)})`,
      short(result.workflowsPerSecond.median / (limitOf(result) ?? Number.NaN)),
      `${short(result.toEndMs.p50)} / ${short(result.toEndMs.p99)}`,
      result.alone ? `${short(result.alone.toEndMs.p50)} / ${short(result.alone.toEndMs.p99)}` : '–',
    ]),
  ]
  const split = (values: Record<string, number>) =>
    Object.entries(values)
      .map(([name, value]) => `${name} ${short(value)}`)
      .join(', ')
  const cost = [
    [
      'variant',
      'replicas',
      'CPU s per 1,000',
      'by process',
      'cores busy',
      'commits',
      'WAL kB',
      'peak MiB',
      'by process',
    ],
    ...variants.map((result) => [
      `${result.kind}, ${durability(result)}`,
      String(result.replicas),
      short(result.cpuPerThousandTotal),
      split(result.cpuPerThousand),
      short(result.coresBusy),
      short(result.commitsPerWorkflow),
      short(result.walKbPerWorkflow),
      short(result.peakMemoryMiBTotal),
      split(result.peakMemoryMiB),
    ]),
  ]
  const evidence = variants.map(({ kind, replicas, pureStepsPerCommit, evidence: e, outboxDrainedAfterMs }) =>
    [
      `${kind}, ${replicas} replica${replicas > 1 ? 's' : ''}, at most ${pureStepsPerCommit} pure steps per commit:`,
      `${e.succeeded} of ${e.executions} succeeded; step results in ${e.fewestStepCommits} to ${e.mostStepCommits} transactions,`,
      `one each in ${e.withOneCommitPerStep}; ${short(e.eventsPerExecution)} events each;`,
      `all noted as published ${short(outboxDrainedAfterMs)} ms after the last end, ${e.unpublished} commits left`,
    ].join(' '),
  )
  const statements = variants.filter((result) => result.statements.length > 0).map(statementsText)
  const parts = [shown.join(' '), table(throughput), table(cost), evidence.join('\n'), ...statements]
  return [...parts, ...limits.map(limitsText)].join('\n\n')
}

function limitsText(limits: Limits): string {
  const { sameRows } = limits
  const row = (
    what: string,
    { perSecond, cpuPerThousand }: { perSecond: number; cpuPerThousand: number },
  ) => [what, short(perSecond), short(cpuPerThousand)]
  const program = Object.entries(sameRows.cpuByProcess).map(([name, cpu]) => `${name} ${short(cpu)}`)
  return [
    table([
      ['limit on the same Postgres, from one process', 'per second', 'CPU s per 1,000'],
      row('commits of one row, 1 connection', limits.singleRow1),
      row('commits of one row, 16 connections', limits.singleRow16),
      row('rows in commits of 100, 4 connections', limits.batched),
      row(`workflows (${sameRows.kind}): the same rows by hand-written batched SQL`, sameRows),
    ]),
    [
      `hand-written: ${program.join(', ')} CPU s per 1,000;`,
      `in flight p50 ${short(sameRows.toEndMs.p50)} ms, alone p50 ${short(sameRows.aloneMs.p50)} ms`,
    ].join(' '),
  ].join('\n\n')
}
