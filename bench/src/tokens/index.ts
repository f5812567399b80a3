import { join } from 'node:path'
import type { CommandLine } from '../support/command-line.ts'
import { type Ground, openGround } from '../support/ground.ts'
import { type Helper, startHelper } from '../support/helper.ts'
import { meter, type Watched } from '../support/meter.ts'
import { short } from '../support/numbers.ts'
import { startPlatform } from '../support/platform.ts'
import { table } from '../support/table.ts'
import { type ClientSetup, type StreamsLoad, type Way, ways } from './load.ts'
import { pace } from './pace.ts'
import type { StreamsResult } from './tally.ts'

export interface TokensRow extends StreamsResult {
  way: Way
  open: number
  /** Streams that were to be counted. */
  expected: number
  /** CPU milliseconds per stream of 200 tokens, by process. */
  cpuMsPerStream: Record<string, number>
  peakMemoryMiB: Record<string, number>
}

export interface TokensReport {
  settings: Record<string, string>
  rows: TokensRow[]
}

interface Stage {
  client: Helper
  watched: Watched
}

const createPrompt = `mutation ($input: CreatePromptInput!) { createPrompt(input: $input) { id } }`

async function setUp(ground: Ground, profile: string | undefined): Promise<Stage> {
  const model = await startHelper(join(import.meta.dirname, 'model-server.ts'), {})
  const modelPort = await model.ask<number>('port', null)
  const profiled = profile ? ['--cpu-prof', '--cpu-prof-md', `--cpu-prof-dir=${profile}`] : []
  const platform = await startPlatform(ground, {
    settings: {
      QUILLWORKS_MODEL_SERVERS: `bench=http://127.0.0.1:${modelPort}/v1`,
      QUILLWORKS_ALLOW_HOSTS: 'loopback',
      QUILLWORKS_DEFAULT_MODEL: 'bench/tokens',
    },
    bun: { executions: profiled, gateway: profiled },
  })
  const made = await platform.ask<{ createPrompt: { id: string } }>(createPrompt, {
    input: { title: 'Tokens', body: 'Write about the sea.' },
  })
  const client = await startHelper(join(import.meta.dirname, 'client.ts'), {
    modelPort,
    gatewayUrl: platform.url,
    key: platform.key,
    promptId: made.createPrompt.id,
  } satisfies ClientSetup)
  return { client, watched: [...platform.watched, ['model server', model.pid], ['client', client.pid]] }
}

/** Runs the loads one after the other on one set of servers. */
export async function runTokens(
  ground: Ground,
  loads: StreamsLoad[],
  profile?: string,
): Promise<TokensRow[]> {
  const { client, watched } = await setUp(ground, profile)
  const rows: TokensRow[] = []
  for (const load of loads) {
    const { result, metered } = await meter(watched, () => client.ask<StreamsResult>('streams', load))
    const begun = load.streams * load.laps
    const used = Object.entries(metered.cpuSeconds).map(
      ([name, cpu]) => [name, (cpu * 1000) / begun] as const,
    )
    console.error(
      `${load.way} ${load.streams}: ${short(result.firstTokenMs.p50)} ms, ${short(result.tokenDelayMs.p99)} ms`,
    )
    rows.push({
      ...result,
      way: load.way,
      open: load.streams,
      expected: load.streams * Math.max(1, load.laps - 1),
      cpuMsPerStream: Object.fromEntries(used),
      peakMemoryMiB: metered.peakMemoryMiB,
    })
  }
  return rows
}

export async function tokensBench(line: CommandLine): Promise<TokensReport> {
  const levels = (line.text('streams') ?? '1,100,500,1000').split(',').map(Number)
  const laps = line.number('laps', 3)
  const chosen = (line.text('ways') ?? 'sdk,raw,sse')
    .split(',')
    .filter((way): way is Way => (ways as readonly string[]).includes(way))
  const ground = await openGround()
  try {
    const warmUp = chosen.map((way): StreamsLoad => ({ way, streams: 20, laps: 1 }))
    const loads = levels.flatMap((streams) => chosen.map((way): StreamsLoad => ({ way, streams, laps })))
    const rows = await runTokens(ground, [...warmUp, ...loads], line.text('profile'))
    return { settings: ground.settings, rows: rows.slice(warmUp.length) }
  } finally {
    await ground.close()
  }
}

export function tokensText({ rows }: TokensReport): string {
  const said = {
    sdk: 'OpenAI SDK, straight',
    raw: 'bare client, straight',
    sse: 'runPrompt + executionStream over SSE',
    ws: 'runPrompt + executionStream over graphql-ws',
  }
  const direct = (row: TokensRow, way: Way) => rows.find((each) => each.open === row.open && each.way === way)
  const added = (row: TokensRow, read: (row: TokensRow) => number) => {
    const base = direct(row, 'raw') ?? direct(row, 'sdk')
    return base && base !== row && (row.way === 'sse' || row.way === 'ws')
      ? short(read(row) - read(base))
      : '–'
  }
  const head = [
    'streams',
    'way',
    'first token p50 / p99 ms',
    'added p50',
    'token delay p50 / p99 ms',
    'added p50',
    'added p99',
    'tokens/s',
    'complete',
    'CPU ms per stream',
  ]
  const body = rows.map((row) => [
    String(row.open),
    said[row.way],
    `${short(row.firstTokenMs.p50)} / ${short(row.firstTokenMs.p99)}`,
    added(row, ({ firstTokenMs }) => firstTokenMs.p50),
    `${short(row.tokenDelayMs.p50)} / ${short(row.tokenDelayMs.p99)}`,
    added(row, ({ tokenDelayMs }) => tokenDelayMs.p50),
    added(row, ({ tokenDelayMs }) => tokenDelayMs.p99),
    short(row.tokensPerSecond),
    `${row.complete} of ${row.expected}`,
    Object.entries(row.cpuMsPerStream)
      .filter(([, ms]) => ms >= 0.05)
      .map(([name, ms]) => `${name} ${short(ms)}`)
      .join(', '),
  ])
  const note = `A stream is ${pace.tokens} tokens, the first after ${pace.firstMs} ms, then one every ${pace.everyMs} ms. "Added" is against the bare client asking the model server straight.`
  return `${table([head, ...body])}\n\n${note}`
}
