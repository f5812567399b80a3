import { afterAll, beforeAll, expect, test } from 'bun:test'
import { requestUntilAnswered } from '@quillworks/messaging/activities'
import { newId } from '@quillworks/service-kit/ids'
import { executionReplySchema, startSubject } from './contract/commands.ts'
import {
  createEngineFixture,
  eventually,
  modelStep,
  runAs,
  settled,
  templateStep,
  type EngineFixture,
} from './testing/engine-fixture.ts'
import { killEngineProcesses, startEngineProcess } from './testing/engine-process.ts'

// Connections cut and NATS killed under work in flight.

let fixture: EngineFixture

beforeAll(async () => {
  fixture = await createEngineFixture()
})

afterAll(async () => {
  killEngineProcesses()
  await fixture.close()
})

/** Accepted or not: a request without an answer may still have been stored, and then it runs. */
function start(id: string, steps: unknown[]) {
  return requestUntilAnswered({
    nats: fixture.gateway,
    subject: startSubject,
    body: { id, kind: 'test', name: 'Outage', runAs, plan: { version: 1, steps } },
    schema: executionReplySchema,
    deadlineMs: 30_000,
    unanswered: id,
  })
}

test('cut database connections and a killed NATS lose no accepted run, no result counts twice, every event goes out', async () => {
  const settings = { QUILLWORKS_LEASE_MS: '5000', QUILLWORKS_POLL_MS: '200', QUILLWORKS_DEMO_DELAY_MS: '0' }
  const engines = [await startEngineProcess(fixture, settings), await startEngineProcess(fixture, settings)]
  const steps = [
    modelStep('a'),
    modelStep('b', { after: ['a'] }),
    templateStep('c', '{{a}}+{{b}}', ['a', 'b']),
    modelStep('d', { after: ['c'] }),
  ]
  const accepted: string[] = []
  let cutting = true
  const cuts = (async () => {
    let cut = 0
    while (cutting && cut < 60) {
      const rows = await fixture.owner`
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid() and application_name like 'executions%'`
      cut += rows.length
      await new Promise((resolve) => setTimeout(resolve, 400))
    }
    return cut
  })()
  const ids = Array.from({ length: 30 }, () => newId())
  const outage = (async () => {
    await new Promise((resolve) => setTimeout(resolve, 300))
    await fixture.nats.kill()
    await new Promise((resolve) => setTimeout(resolve, 300))
    await fixture.nats.restart()
  })()
  await Promise.all(
    ids.map(async (id) => void (await start(id, steps).then((reply) => reply.ok && accepted.push(id)))),
  )
  await outage
  cutting = false
  expect(await cuts).toBeGreaterThan(5)
  expect(accepted.sort()).toEqual([...ids].sort())
  for (const id of accepted) {
    const row = await settled(fixture.owner, id, 'succeeded', 'failed', 'timed_out')
    expect([row['status'], row['error_code'], row['error_message']]).toEqual(['succeeded', null, null])
    const [seen] = await fixture.owner`
      select (select count(*)::int from executions.events where execution_id = ${id} and type = 'step_succeeded') as successes,
        (select count(*)::int from executions.events where execution_id = ${id}) as events,
        (select max(revision)::int from executions.events where execution_id = ${id}) as revision,
        (select sum(input_tokens)::int from executions.attempts where execution_id = ${id}) as tokens`
    expect(seen).toMatchObject({
      successes: 4,
      events: row['revision'] && Number(row['revision']),
      revision: Number(row['revision']),
    })
    expect(Number(row['input_tokens'])).toBe(seen?.['tokens'])
  }
  await eventually(async () => {
    const [left] = await fixture.owner`select count(*)::int from executions.unpublished`
    return left?.['count'] === 0
  })
  for (const engine of engines) engine.kill('SIGTERM')
  expect(await Promise.all(engines.map((engine) => engine.exited))).toEqual([0, 0])
}, 120_000)
