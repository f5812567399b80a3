import type { LoadResult, Moments } from '../engine/caller.ts'
import { beginEngine, endEngine } from '../engine/engine.bench.ts'
import { type BenchKind, stepKinds } from '../engine/plan.ts'
import { wallMs } from '../support/clock.ts'
import type { CommandLine } from '../support/command-line.ts'
import { committedFacts, keepCommitTimes } from '../support/commits.ts'
import { openSockets } from '../support/graphql-ws.ts'
import { type Ground, openGround } from '../support/ground.ts'
import { type Latency, latency, short } from '../support/numbers.ts'
import { type Platform, startPlatform } from '../support/platform.ts'
import { table } from '../support/table.ts'

// Where the time of one run goes, one run at a time: between what its caller sees and what Postgres has committed.

export interface PathPart {
  part: string
  ms: Latency
}

export interface PathResult {
  run: string
  parts: PathPart[]
}

export interface PathReport {
  settings: Record<string, string>
  results: PathResult[]
}

/** Parts by name, over all runs. */
class Parts {
  readonly #ms = new Map<string, number[]>()

  add(part: string, ms: number): void {
    const known = this.#ms.get(part) ?? []
    known.push(ms)
    this.#ms.set(part, known)
  }

  result(run: string): PathResult {
    return { run, parts: [...this.#ms].map(([part, ms]) => ({ part, ms: latency(ms) })) }
  }
}

/** Sorts one kind of run into parts; consecutive commits are told by what they hold. */
async function partsOf(
  ground: Ground,
  input: { run: string; moments: Moments[]; said: (types: string[], index: number) => string },
): Promise<PathResult> {
  const facts = await committedFacts(
    ground,
    input.moments.map(({ id }) => id),
  )
  const factsOf = Map.groupBy(facts, ({ id }) => id)
  const parts = new Parts()
  for (const { id, requestedMs, answeredMs, endedMs } of input.moments) {
    const commits = [...Map.groupBy(factsOf.get(id) ?? [], ({ committedMs }) => committedMs)]
    const [first] = commits
    const last = commits.at(-1)
    if (!first || !last) throw new Error(`Nothing is stored of ${id}.`)
    parts.add('request → first commit', first[0] - requestedMs)
    parts.add('first commit → answer at the caller', answeredMs - first[0])
    commits.slice(1).forEach(([at, held], index) => {
      const before = commits[index]?.[0] ?? at
      parts.add(
        input.said(
          held.map(({ type }) => type),
          index,
        ),
        at - before,
      )
    })
    parts.add('last commit → final event at the caller', endedMs - last[0])
    parts.add('whole', endedMs - requestedMs)
  }
  return parts.result(input.run)
}

async function engineParts(ground: Ground, kind: BenchKind, count: number): Promise<PathResult> {
  const cast = await beginEngine(ground, { replicas: 1, pureStepsPerCommit: 1 })
  try {
    const load = (many: number) =>
      cast.caller.ask<LoadResult>('load', { kind, count: many, inFlight: 1, moments: true })
    await load(Math.min(200, count))
    const { moments } = await load(count)
    const run = `five ${kind} steps, by executions.start over NATS`
    return await partsOf(ground, {
      run,
      moments,
      said: (_types, index) =>
        index === 0 ? 'first commit → commit of step 1' : 'commit of a step → commit of the next',
    })
  } finally {
    await endEngine(cast)
  }
}

const run = `mutation ($id: ID!) { runPrompt(input: { promptId: $id }) { id } }`
const follow = `subscription ($id: ID!) { executionUpdated(id: $id) { status } }`

async function promptParts(ground: Ground, platform: Platform, count: number): Promise<PathResult> {
  const { createPrompt } = await platform.ask<{ createPrompt: { id: string } }>(
    `mutation { createPrompt(input: { title: "Path", body: "Write about the sea." }) { id } }`,
  )
  const authorization = `Bearer ${platform.key}`
  const sockets = await openSockets({ url: platform.url, authorization, count: 1 })
  const one = async (): Promise<Moments> => {
    const requestedMs = wallMs()
    const { runPrompt } = await platform.ask<{ runPrompt: { id: string } }>(run, { id: createPrompt.id })
    const answeredMs = wallMs()
    const { id } = runPrompt
    const endedMs = await new Promise<number>((resolve, reject) => {
      sockets
        .follow(0, { query: follow, variables: { id } }, (text) => {
          if (text.includes('"status":"succeeded"')) resolve(wallMs())
        })
        .catch(reject)
    })
    return { id, requestedMs, answeredMs, endedMs }
  }
  for (let warmUp = 0; warmUp < count; warmUp += 1) await one()
  const moments: Moments[] = []
  for (let each = 0; each < count; each += 1) moments.push(await one())
  sockets.close()
  const said = (types: string[]) => {
    if (types.includes('succeeded')) return 'first token’s commit → commit of the answer (the model writes)'
    if (types.includes('step_streaming')) return 'attempt’s commit → first token’s commit'
    return `first commit → commit of ${types.join(' and ')}`
  }
  return partsOf(ground, { run: 'runPrompt through the gateway, demo model', moments, said })
}

export async function runPath(ground: Ground, count: number): Promise<PathResult[]> {
  const results: PathResult[] = []
  for (const kind of stepKinds) results.push(await engineParts(ground, kind, count))
  const platform = await startPlatform(ground, { settings: { QUILLWORKS_DEMO_DELAY_MS: '2' } })
  return [...results, await promptParts(ground, platform, Math.min(30, count))]
}

export async function pathBench(line: CommandLine): Promise<PathReport> {
  const ground = await openGround({ postgres: keepCommitTimes })
  try {
    return { settings: ground.settings, results: await runPath(ground, line.number('alone', 200)) }
  } finally {
    await ground.close()
  }
}

export function pathText({ results }: PathReport): string {
  return results
    .map(({ run: what, parts }) => {
      const rows = parts.map(({ part, ms }) => [part, short(ms.p50), short(ms.p99), String(ms.count)])
      return `${what}\n${table([['part', 'p50 ms', 'p99 ms', 'times'], ...rows])}`
    })
    .join('\n\n')
}
