import { identityHeader, signIdentity } from '@quillworks/service-kit/identity'
import { type EngineOptions, type EngineResult, runEngine } from '../engine/engine.bench.ts'
import { runAs } from '../engine/plan.ts'
import type { CommandLine } from '../support/command-line.ts'
import { type Ground, openGround } from '../support/ground.ts'
import { type Latency, latency, short } from '../support/numbers.ts'
import { table } from '../support/table.ts'
import { fill } from './fill.ts'
import { beginPlans, type SeenPlan } from './plans.ts'

export interface ListRow {
  list: string
  ms: Latency
}

export interface GrowthRow {
  stored: number
  engine: EngineResult
  lists: ListRow[]
  plans: SeenPlan[]
}

export interface GrowthReport {
  settings: Record<string, string>
  rows: GrowthRow[]
}

const page =
  'edges { node { id name status createdAt progress { done total } } } pageInfo { hasNextPage endCursor }'
const lists: Record<string, string> = {
  newest: `{ executions(first: 50) { ${page} } }`,
  'newest, counted': `{ executions(first: 50) { totalCount ${page} } }`,
  failed: `{ executions(first: 50, filter: { status: [failed] }) { ${page} } }`,
  'timed out (none)': `{ executions(first: 50, filter: { status: [timed_out] }) { ${page} } }`,
  running: `{ executions(first: 50, filter: { status: [queued, running] }) { ${page} } }`,
}

/** The first ones prepare statements. */
const unseen = 3
/** A slow list is asked less often; an identity is good for 60 seconds. */
const longestMs = 20_000

/** Asks the subgraph for each list, one request at a time. */
async function listsOf(ground: Ground, url: string, times: number): Promise<ListRow[]> {
  const identity = { ...runAs, role: 'owner' as const, principal: `user:${runAs.userId}` }
  const rows: ListRow[] = []
  for (const [list, query] of Object.entries(lists)) {
    const token = await signIdentity({ secret: ground.secret, audience: 'executions', identity })
    const headers = { 'content-type': 'application/json', [identityHeader]: token }
    const ms: number[] = []
    const until = performance.now() + longestMs
    for (let time = 0; time < times + unseen && performance.now() < until; time += 1) {
      const at = performance.now()
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ query }),
      })
      const { errors } = (await response.json()) as { errors?: unknown }
      if (errors !== undefined) throw new Error(`${list}: ${JSON.stringify(errors)}`)
      if (time >= unseen) ms.push(performance.now() - at)
    }
    rows.push({ list, ms: latency(ms) })
  }
  return rows
}

/** Measures with `stored` executions; `engine` says how the load is made. */
export async function runGrowth(
  ground: Ground,
  stored: number,
  options: { engine: EngineOptions; lists: number },
): Promise<GrowthRow> {
  const few = { ...options.engine, count: Math.min(100, options.engine.count), rounds: 1, alone: 0 }
  const first = await runEngine(ground, few)
  await fill(ground.owner, first.sampleIds[0] ?? '', stored)
  const engine = await runEngine(ground, options.engine)
  const service = await ground.startService('executions')
  const listRows = await listsOf(ground, service.url, options.lists)
  await service.stop()
  // In a pass of its own: to explain every statement takes time.
  const seePlans = await beginPlans(ground)
  const explained = await ground.startService('executions')
  await listsOf(ground, explained.url, 1)
  await explained.stop()
  await runEngine(ground, few)
  return { stored, engine, lists: listRows, plans: await seePlans() }
}

export async function growthBench(line: CommandLine): Promise<GrowthReport> {
  const sizes = (line.text('stored') ?? '1000,100000').split(',').map(Number)
  const rows: GrowthRow[] = []
  let settings = {}
  for (const stored of sizes) {
    const ground = await openGround()
    try {
      settings = ground.settings
      const engine: EngineOptions = {
        kind: 'template',
        count: line.number('count', 2_000),
        inFlight: 100,
        rounds: line.number('rounds', 3),
        warmUp: 200,
        alone: 200,
        replicas: 1,
        pureStepsPerCommit: 1,
      }
      rows.push(await runGrowth(ground, stored, { engine, lists: 100 }))
    } finally {
      await ground.close()
    }
  }
  return { settings, rows }
}

export function growthText({ rows }: GrowthReport): string {
  const engine = table([
    [
      'stored',
      'workflows/s (min–max)',
      'alone p50 / p99 ms',
      'CPU s per 1,000',
      ...Object.keys(lists).map((list) => `list ${list} p50 / p99 ms`),
    ],
    ...rows.map((row) => [
      short(row.stored),
      `${short(row.engine.workflowsPerSecond.median)} (${short(row.engine.workflowsPerSecond.min)}–${short(row.engine.workflowsPerSecond.max)})`,
      row.engine.alone
        ? `${short(row.engine.alone.toEndMs.p50)} / ${short(row.engine.alone.toEndMs.p99)}`
        : '–',
      short(row.engine.cpuPerThousandTotal),
      ...row.lists.map(({ ms }) => `${short(ms.p50)} / ${short(ms.p99)}`),
    ]),
  ])
  const plans = table([
    ['stored', 'statement', 'seen', 'buffers', 'per row', 'ms', 'read whole', 'indexes'],
    ...rows.flatMap((row) =>
      row.plans.map((plan) => [
        short(row.stored),
        plan.statement,
        String(plan.seen),
        short(plan.buffers),
        short(plan.buffersPerRow),
        short(plan.ms),
        plan.readWhole.join(', ') || '–',
        plan.indexes.map((index) => index.replace('executions_', '')).join(', '),
      ]),
    ),
  ])
  return `${engine}\n\n${plans}`
}
