import type { FaultSystem } from '../support/fault-system.ts'
import type { Job } from './jobs.ts'
import { lookUntil } from './look.ts'
import type { Watched } from './watcher.ts'

/** One fault that was made; from `at` until `healedAt` and two leases more it may explain a lost attempt. */
export interface Injection {
  number: number
  name: string
  at: number
  healedAt: number
  /** Pieces of work that it hit. */
  live: number
  /** Processes that it may end, one after the other. */
  deaths: number
}

interface StepRow {
  execution_id: string
  key: string
  status: string
  output: unknown
  successes: number
  tries: number
  lost: number
  failed: number
  begun: number
  ended: number
}

interface Counted {
  calls: number
}

/** The calls of a step as the ledgers outside have them: model calls by the text that names the job, the others by id. */
function callsOf(system: FaultSystem, job: Job, key: string): Counted {
  const worker = system.worker.calls.filter(
    (call) => call.executionId === job.executionId && call.stepKey === key,
  ).length
  const expected = job.expected.get(key)?.replace(/^You said: /, '')
  const model = system.models.calls.filter(({ body }) => {
    const messages = body['messages']
    const last: unknown = Array.isArray(messages) ? messages.at(-1) : undefined
    return (last as { content?: unknown } | undefined)?.content === expected
  }).length
  return { calls: worker + model }
}

const overlaps = (step: StepRow, injection: Injection, leaseMs: number) =>
  injection.at <= step.ended && injection.healedAt + 2 * leaseMs >= step.begun

/** What has to hold of every job (I1 to I6), judged from the database and the ledgers; each violation is a sentence. */
export async function judgeJobs(
  system: FaultSystem,
  jobs: Job[],
  injections: Injection[],
): Promise<string[]> {
  const violations: string[] = []
  const ids = jobs.flatMap(({ executionId }) => executionId ?? [])
  const executions = await lookUntil(
    system,
    (sql) => sql<{ id: string; status: string; revision: number; error_code: string | null }[]>`
      select id, status, revision::int, error_code from executions.executions where id = any(${ids}::uuid[])`,
  )
  const steps = await lookUntil(
    system,
    (sql) => sql<StepRow[]>`
      select s.execution_id, s.key, s.status, p.body as output,
        coalesce(extract(epoch from min(a.started_at)) * 1000, 0)::float8 as begun,
        coalesce(extract(epoch from max(coalesce(a.finished_at, now()))) * 1000, 0)::float8 as ended,
        count(*) filter (where a.status = 'succeeded')::int as successes, count(a.number)::int as tries,
        count(*) filter (where a.status = 'lost')::int as lost,
        count(*) filter (where a.status = 'failed')::int as failed
      from executions.steps s
      left join executions.payloads p on p.execution_id = s.execution_id and p.ref = s.output_ref
      left join executions.attempts a on a.execution_id = s.execution_id and a.step_key = s.key
      where s.execution_id = any(${ids}::uuid[]) group by s.execution_id, s.key, s.status, p.body`,
  )
  const byId = new Map(executions.map((row) => [row.id, row]))
  for (const job of jobs) {
    const row = byId.get(job.executionId ?? '')
    if (!row) {
      violations.push(`I1 ${job.marker}: acknowledged as ${job.executionId}, and not there`)
      continue
    }
    if (row.status !== job.endsAs)
      violations.push(
        `I3 ${job.marker} ${row.id}: ${row.status} (${row.error_code}), where ${job.endsAs} was due`,
      )
    for (const [key, expected] of job.expected) {
      const step = steps.find((each) => each.execution_id === row.id && each.key === key)
      const name = `${job.marker} ${row.id} ${key}`
      if (!step) {
        violations.push(`I3 ${name}: no such step`)
        continue
      }
      if (step.status !== 'succeeded') continue
      if (step.output !== expected)
        violations.push(
          `I3 ${name}: ${JSON.stringify(step.output)?.slice(0, 200)}, not ${expected.slice(0, 200)}`,
        )
      const { calls } = callsOf(system, job, key)
      const isPure = calls === 0
      if (!isPure && step.successes !== 1) violations.push(`I2 ${name}: ${step.successes} attempts succeeded`)
      const overlapping = injections
        .filter((injection) => overlaps(step, injection, system.leaseMs))
        .reduce((sum, { deaths }) => sum + deaths, 0)
      if (calls > 1 + step.failed + overlapping)
        violations.push(`I4 ${name}: ${calls} calls with ${overlapping} faults and ${step.failed} failures`)
      if (step.lost > overlapping) violations.push(`I4 ${name}: ${step.lost} lost, ${overlapping} faults`)
    }
  }
  violations.push(...(await judgeEvents(system, ids)))
  return violations
}

/** Gapless events (I7), results and ends that come once (I2, I5), and none of an attempt that had been replaced (I6). */
async function judgeEvents(system: FaultSystem, ids: string[]): Promise<string[]> {
  const rows = await lookUntil(
    system,
    (sql) => sql<{ problem: string; id: string; detail: string | null }[]>`
      with e as (select * from executions.events where execution_id = any(${ids}::uuid[]))
      select 'I7 events have gaps' as problem, execution_id as id, null as detail from e group by 2
        having count(*) <> max(revision) or min(revision) <> 1
      union all
      select 'I7 the row is not at its last event', x.id, null from executions.executions x
        join (select execution_id, max(revision) as last from e group by 1) l on l.execution_id = x.id
        where l.last <> x.revision
      union all
      select 'I2 a result came twice', execution_id, step_key from e
        where type = 'step_succeeded' group by 2, 3 having count(*) > 1
      union all
      select 'I5 an end came twice', execution_id, null from e
        where type in ('succeeded', 'failed', 'canceled', 'timed_out') group by 2 having count(*) > 1
      union all
      select 'I6 a replaced attempt succeeded', a.execution_id,
          concat_ws(' ', a.step_key, a.number, 'of', s.attempt, s.status, (
            select string_agg(concat_ws('#', v.type, v.step_key, v.data->>'attempt'), ' ' order by v.revision)
            from executions.events v where v.execution_id = a.execution_id))
        from executions.attempts a
        join executions.steps s on s.execution_id = a.execution_id and s.key = a.step_key
        where a.execution_id = any(${ids}::uuid[]) and a.status = 'succeeded' and a.number <> s.attempt`,
  )
  return rows.map(({ problem, id, detail }) => `${problem}: ${id} ${detail ?? ''}`)
}

/** What clients saw, against what is stored: I7 and I13. */
export async function judgeWatched(system: FaultSystem, watched: Watched[]): Promise<string[]> {
  const violations: string[] = []
  for (const one of watched) {
    const { marker, executionId, expected } = one.job
    for (const problem of one.problems) violations.push(`I7 ${marker} ${executionId}: ${problem}`)
    const stored = await lookUntil(
      system,
      (sql) => sql<{ number: number; text: unknown; status: string }[]>`
        select a.number, p.body as text, a.status from executions.attempts a
        left join executions.payloads p on p.execution_id = a.execution_id and p.ref = a.output_ref
        where a.execution_id = ${executionId ?? ''} and a.step_key = 'message[0]'`,
    )
    const last = stored.find(({ status }) => status === 'succeeded')
    const whole = expected.get('message[0]') ?? ''
    for (const [attempt, text] of one.texts) {
      if (!whole.startsWith(text))
        violations.push(`I13 ${marker}: attempt ${attempt} was seen as ${text.slice(0, 200)}`)
    }
    if (last && one.texts.get(last.number) !== last.text)
      violations.push(
        `I13 ${marker} ${executionId}: ${one.texts.get(last.number)?.length} characters of ${whole.length} were seen of attempt ${last.number}`,
      )
  }
  return violations
}
