import postgres from 'postgres'
import { helperSetup, serveHelper } from '../support/helper.ts'
import { record } from './recording.ts'
import { type Stage, stagesOf, writeSameRows } from './same-rows.ts'

// What the same Postgres gives to a program without any engine, from one process.

export interface LimitsSetup {
  ownerUrl: string
}

const { ownerUrl } = helperSetup<LimitsSetup>()
const sql = postgres(ownerUrl, { max: 16, onnotice: () => {} })
await sql`create table if not exists public.bench_commits (id bigint generated always as identity primary key, body text not null)`
// No more connections than writers: each prepares and plans every statement for itself.
const writers = 2
const own = postgres(ownerUrl, { max: writers, onnotice: () => {} })
let stages: Stage[] = []
const body = 'x'.repeat(100)

async function timed(work: () => Promise<number>): Promise<{ perSecond: number; count: number }> {
  const startedAt = performance.now()
  const count = await work()
  return { perSecond: count / ((performance.now() - startedAt) / 1000), count }
}

/** Keeps `lanes` busy with `work` for `seconds`; gives how often it was done. */
async function forSeconds(lanes: number, seconds: number, work: () => Promise<unknown>): Promise<number> {
  const until = performance.now() + seconds * 1000
  let count = 0
  const lane = async () => {
    while (performance.now() < until) {
      await work()
      count += 1
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  return count
}

serveHelper({
  singleRow: ({ connections, seconds }: { connections: number; seconds: number }) =>
    timed(() =>
      forSeconds(connections, seconds, () => sql`insert into public.bench_commits (body) values (${body})`),
    ),
  batched: ({ connections, rows, seconds }: { connections: number; rows: number; seconds: number }) => {
    const bodies = Array.from({ length: rows }, () => body)
    const write = () => sql`insert into public.bench_commits (body) select * from unnest(${bodies}::text[])`
    return timed(async () => (await forSeconds(connections, seconds, write)) * rows)
  },
  /** Reads one execution back and writes its rows for some others, so that every statement is planned. */
  prepare: async ({ executionId, count }: { executionId: string; count: number }) => {
    stages = stagesOf(await record(sql, executionId))
    await writeSameRows({ sql: own, stages, count, inFlight: 100, writers })
  },
  sameRows: ({ count, inFlight }: { count: number; inFlight: number }) =>
    writeSameRows({ sql: own, stages, count, inFlight, writers }),
})
