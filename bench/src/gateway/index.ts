import { join } from 'node:path'
import { identityHeader, signIdentity } from '@quillworks/service-kit/identity'
import type { CommandLine } from '../support/command-line.ts'
import { type Ground, openGround } from '../support/ground.ts'
import { startHelper } from '../support/helper.ts'
import { meter } from '../support/meter.ts'
import { type Latency, latency, short } from '../support/numbers.ts'
import { whoRuns } from '../support/owner.ts'
import { type Platform, startPlatform } from '../support/platform.ts'
import { table } from '../support/table.ts'
import type { GatewayHeard, GatewayLoad, Question } from './load.ts'

export interface GatewayRow {
  query: 'one service' | 'three services'
  way: 'direct' | 'gateway'
  connections: number
  perSecond: number
  ms: Latency
  failed: number
  /** CPU milliseconds per question, by process. */
  cpuMs: Record<string, number>
}

export interface GatewayReport {
  settings: Record<string, string>
  rows: GatewayRow[]
}

const executionFields = 'id name status revision progress { done total } steps { key kind status attempt }'
const oneService = `query ($id: ID!) { execution(id: $id) { ${executionFields} } }`
/** Executions, prompts, and for the names of people identity, which is in the gateway. */
const threeServices = `query ($id: ID!, $prompt: ID!) {
  execution(id: $id) { ${executionFields} createdBy { id name } }
  prompt(id: $prompt) { id title versionNumber owner { id name } }
}`
const executionPart = `query ($id: ID!) { execution(id: $id) { ${executionFields} createdBy { id } } }`
const promptPart = `query ($prompt: ID!) { prompt(id: $prompt) { id title versionNumber owner { id } } }`

interface Content {
  executions: string[]
  prompt: string
}

/** A prompt and some runs of it by the demo model. */
async function fill(platform: Platform, count: number): Promise<Content> {
  const { createPrompt } = await platform.ask<{ createPrompt: { id: string } }>(
    `mutation { createPrompt(input: { title: "Bench", body: "Write about the sea." }) { id } }`,
  )
  const executions: string[] = []
  for (let index = 0; index < count; index += 1) {
    const { runPrompt } = await platform.ask<{ runPrompt: { id: string } }>(
      `mutation ($id: ID!) { runPrompt(input: { promptId: $id }) { id } }`,
      { id: createPrompt.id },
    )
    executions.push(runPrompt.id)
  }
  const running = `{ executions(first: 1, filter: { status: [queued, running] }) { edges { node { id } } } }`
  while ((await platform.ask<{ executions: { edges: object[] } }>(running)).executions.edges.length > 0) {
    await Bun.sleep(50)
  }
  return { executions, prompt: createPrompt.id }
}

/** The questions of one row; signed anew for each, as an identity is good for 60 seconds. */
async function questionsOf(
  ground: Ground,
  platform: Platform,
  { executions, prompt }: Content,
  { query, way }: Pick<GatewayRow, 'query' | 'way'>,
): Promise<Question[]> {
  const body = (text: string, variables: object) => JSON.stringify({ query: text, variables })
  if (way === 'gateway') {
    const url = `${platform.url}/graphql`
    const headers = { authorization: `Bearer ${platform.key}` }
    const text = query === 'one service' ? oneService : threeServices
    return executions.map((id) => {
      const variables = query === 'one service' ? { id } : { id, prompt }
      return { requests: [{ url, headers, body: body(text, variables) }] }
    })
  }
  const runAs = await whoRuns(ground)
  const direct = async (audience: string) => {
    const identity = { ...runAs, role: 'owner' as const, principal: `user:${runAs.userId}` }
    const token = await signIdentity({ secret: ground.secret, audience, identity })
    return { url: `${platform.services[audience]?.url}/graphql`, headers: { [identityHeader]: token } }
  }
  const [toExecutions, toPrompts] = await Promise.all([direct('executions'), direct('prompts')])
  return executions.map((id) => {
    if (query === 'one service') return { requests: [{ ...toExecutions, body: body(oneService, { id }) }] }
    return {
      requests: [
        { ...toExecutions, body: body(executionPart, { id }) },
        { ...toPrompts, body: body(promptPart, { prompt }) },
      ],
    }
  })
}

export async function runGateway(
  ground: Ground,
  options: { connections: number[]; seconds: number; executions: number; profile?: string | undefined },
): Promise<GatewayRow[]> {
  const platform = await startPlatform(ground, {
    settings: { QUILLWORKS_DEMO_DELAY_MS: '0' },
    bun: options.profile
      ? { gateway: ['--cpu-prof', '--cpu-prof-md', `--cpu-prof-dir=${options.profile}`] }
      : {},
  })
  const content = await fill(platform, options.executions)
  const client = await startHelper(join(import.meta.dirname, 'client.ts'), {})
  const rows: GatewayRow[] = []
  for (const connections of options.connections) {
    for (const query of ['one service', 'three services'] as const) {
      for (const way of ['direct', 'gateway'] as const) {
        const questions = await questionsOf(ground, platform, content, { query, way })
        const load = (seconds: number) =>
          client.ask<GatewayHeard>('ask', { questions, connections, seconds } satisfies GatewayLoad)
        await load(options.seconds / 3)
        const { result, metered } = await meter([...platform.watched, ['client', client.pid]], () =>
          load(options.seconds),
        )
        const cpuMs = Object.entries(metered.cpuSeconds).map(([name, cpu]) => [
          name,
          (cpu * 1000) / result.count,
        ])
        rows.push({
          query,
          way,
          connections,
          perSecond: result.count / result.wallSeconds,
          ms: latency(result.ms),
          failed: result.failed,
          cpuMs: Object.fromEntries(cpuMs),
        })
      }
    }
  }
  return rows
}

export async function gatewayBench(line: CommandLine): Promise<GatewayReport> {
  const ground = await openGround()
  try {
    const rows = await runGateway(ground, {
      connections: (line.text('connections') ?? '50,1').split(',').map(Number),
      seconds: line.number('seconds', 6),
      executions: 50,
      profile: line.text('profile'),
    })
    return { settings: ground.settings, rows }
  } finally {
    await ground.close()
  }
}

export function gatewayText({ rows }: GatewayReport): string {
  const head = [
    'query',
    'way',
    'connections',
    'requests/s',
    'of direct',
    'p50 / p99 ms',
    'gateway CPU ms',
    'CPU ms by process',
    'failed',
  ]
  const body = rows.map((row) => {
    const direct = rows.find(
      (each) => each.way === 'direct' && each.query === row.query && each.connections === row.connections,
    )
    return [
      row.query,
      row.way,
      String(row.connections),
      short(row.perSecond),
      direct && row.way === 'gateway' ? short(row.perSecond / direct.perSecond) : '–',
      `${short(row.ms.p50)} / ${short(row.ms.p99)}`,
      row.way === 'gateway' ? short(row.cpuMs['gateway'] ?? 0) : '–',
      Object.entries(row.cpuMs)
        .filter(([, ms]) => ms >= 0.005)
        .map(([name, ms]) => `${name} ${short(ms)}`)
        .join(', '),
      String(row.failed),
    ]
  })
  return table([head, ...body])
}
