import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Ground } from '../support/ground.ts'

/** How Postgres carried one statement out: the median run of those seen, of lists the dearest. */
export interface SeenPlan {
  statement: 'start' | 'commit' | 'claim' | 'list' | 'count'
  seen: number
  ms: number
  buffers: number
  /** Buffers for one row of what the statement is about. */
  buffersPerRow: number
  /** Indexes by which rows were found, and tables that were read whole. */
  indexes: string[]
  readWhole: string[]
}

interface PlanNode {
  'Node Type': string
  'Relation Name'?: string
  'Index Name'?: string
  'Actual Rows'?: number
  'Shared Hit Blocks'?: number
  'Shared Read Blocks'?: number
  Plans?: PlanNode[]
}

interface Logged {
  'Query Text': string
  Plan: PlanNode
}

/** Which statement is which, by words that it alone has. */
const statements: [SeenPlan['statement'], RegExp][] = [
  ['start', /insert into executions\.executions/],
  ['commit', /update executions\.executions e set name/],
  ['claim', /with recursive organizations/],
  ['list', /where e\.fits or e\.place/],
  ['count', /filter \(where fits/],
]

/** From now on, new connections log how each of their statements was carried out. */
export async function beginPlans({ owner, folder }: Ground): Promise<() => Promise<SeenPlan[]>> {
  const settings = {
    session_preload_libraries: "'auto_explain'",
    'auto_explain.log_min_duration': '0',
    'auto_explain.log_analyze': 'on',
    'auto_explain.log_buffers': 'on',
    'auto_explain.log_timing': 'off',
    'auto_explain.log_format': 'json',
  }
  const database = 'quillworks'
  for (const [name, value] of Object.entries(settings)) {
    await owner.unsafe(`alter database ${database} set ${name} = ${value}`)
  }
  const logFile = join(folder, 'postgres.log')
  const from = statSync(logFile).size
  return async () => {
    for (const name of Object.keys(settings)) await owner.unsafe(`alter database ${database} reset ${name}`)
    return plansIn(readFileSync(logFile).subarray(from).toString())
  }
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)]
}

function plansIn(log: string): SeenPlan[] {
  const logged = [...log.matchAll(/duration: ([\d.]+) ms {2}plan:\n((?:\t.*\n)+)/g)].map((found) => ({
    ms: Number(found[1]),
    ...(JSON.parse(found[2] ?? '{}') as Logged),
  }))
  return statements.flatMap(([statement, words]) => {
    const mine = logged
      .filter((one) => words.test(one['Query Text']))
      .toSorted((a, b) => buffersOf(a.Plan) - buffersOf(b.Plan))
    // Lists differ by their filter: the dearest one counts.
    const shown =
      statement === 'list' || statement === 'count' ? mine.at(-1) : mine[Math.floor(mine.length / 2)]
    if (!shown) return []
    const nodes = nodesOf(shown.Plan)
    const named = (key: 'Index Name' | 'Relation Name', nodeTypes: RegExp) => [
      ...new Set(
        nodes.filter((node) => nodeTypes.test(node['Node Type'])).flatMap((node) => node[key] ?? []),
      ),
    ]
    const rows = Math.max(1, shown.Plan['Actual Rows'] ?? 1)
    return {
      statement,
      seen: mine.length,
      ms: shown.ms,
      buffers: buffersOf(shown.Plan),
      buffersPerRow: buffersOf(shown.Plan) / rows,
      indexes: named('Index Name', /Index/),
      readWhole: named('Relation Name', /^Seq Scan/),
    }
  })
}

const buffersOf = (plan: PlanNode): number =>
  (plan['Shared Hit Blocks'] ?? 0) + (plan['Shared Read Blocks'] ?? 0)
