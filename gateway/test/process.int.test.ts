import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { signLocalAdmin } from '@quillworks/service-kit/local-admin'
import postgres from 'postgres'
import { z } from 'zod'
import { summaryOf } from './fake-executions.ts'
import { startTestGateway, type TestGateway } from './gateway.ts'
import { followEvents, openSocket } from './subscriptions.ts'
import { until } from './until.ts'

let stack: TestGateway
beforeAll(async () => {
  stack = await startTestGateway()
})
afterAll(() => stack.close())

function run(env: Record<string, string>) {
  return Bun.spawn([process.execPath, join(import.meta.dirname, '../src/main.ts')], {
    env,
    stdout: 'pipe',
    stderr: 'pipe',
  })
}

const settings = () => ({
  QUILLWORKS_SECRET: stack.secret,
  QUILLWORKS_DATABASE_URL: stack.databaseUrl,
  NATS_URL: stack.nats.url,
  QUILLWORKS_PORT: '0',
  QUILLWORKS_PROFILE: 'local',
  QUILLWORKS_SERVICES: `executions=${stack.executions.url},prompts=${stack.prompts.url}`,
})

/** The port from the line that says so; the rest of the output is read on, as a closed pipe would end the process. */
function portOf(output: ReadableStream<Uint8Array>): Promise<number> {
  const found = Promise.withResolvers<number>()
  void (async () => {
    const decoder = new TextDecoder()
    let text = ''
    for await (const chunk of output) {
      text += decoder.decode(chunk, { stream: true })
      const port = /"port":(\d+)/.exec(text)?.[1]
      if (port) found.resolve(Number(port))
    }
    found.reject(new Error(`The gateway ended: ${text}`))
  })()
  return found.promise
}

test('the process serves, tells its subscribers to come back, and ends cleanly on SIGTERM', async () => {
  const gateway = run(settings())
  const url = `http://127.0.0.1:${await portOf(gateway.stdout)}`
  expect((await fetch(`${url}/readyz`)).status).toBe(200)
  const authorization = `Bearer ${await signLocalAdmin({ secret: stack.secret })}`
  const { userId, projectId, organizationId } = stack.owner
  const id = stack.executions.add(organizationId, summaryOf({ ownerId: userId, projectId }))
  const socket = openSocket({ url, cookie: '' }, { params: { authorization } })
  const query = 'subscription ($id: ID!) { executionUpdated(id: $id) { status } }'
  const follower = socket.follow(query, { id })
  const program = await followEvents({ url }, { query, variables: { id }, headers: { authorization } })
  expect(await program.next()).toEqual({ data: { executionUpdated: { status: 'running' } } })
  expect(await follower.next()).toEqual({ data: { executionUpdated: { status: 'running' } } })
  gateway.kill('SIGTERM')
  expect(await follower.ended).toMatchObject({ code: 1012, reason: 'Service restart' })
  await program.ended
  expect(program.text()).not.toContain('event: complete')
  expect(await gateway.exited).toBe(0)
  await socket.close()
})

test('cut database connections cost a retry, and NATS away is seen as not ready, until it is back', async () => {
  const gateway = run(settings())
  const url = `http://127.0.0.1:${await portOf(gateway.stdout)}`
  const authorization = `Bearer ${await signLocalAdmin({ secret: stack.secret })}`
  const ask = () =>
    fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization },
      body: '{"query":"{ viewer { user { name } } }"}',
    })
  const owner = postgres(stack.ownerUrl, { max: 1 })
  for (let round = 0; round < 4; round += 1) {
    const asking = Promise.all(Array.from({ length: 8 }, ask))
    await owner`select pg_terminate_backend(pid) from pg_stat_activity where usename = 'qw_identity' and datname = current_database()`
    await asking
  }
  await owner.end()
  await until(async () => (await ask()).status === 200)
  const ready = async () => (await fetch(`${url}/readyz`)).status
  await stack.nats.kill()
  await until(async () => (await ready()) === 503)
  expect((await ask()).status).toBe(200)
  await stack.nats.restart()
  await until(async () => (await ready()) === 200)
  gateway.kill('SIGTERM')
  expect(await gateway.exited).toBe(0)
}, 120_000)

test('every missing setting is named at once', async () => {
  const gateway = run({})
  const [error, exit] = await Promise.all([new Response(gateway.stderr).text(), gateway.exited])
  expect(exit).not.toBe(0)
  const missing = z
    .string()
    .regex(/QUILLWORKS_SECRET[\s\S]*QUILLWORKS_DATABASE_URL[\s\S]*NATS_URL[\s\S]*QUILLWORKS_SERVICES/)
  expect(missing.safeParse(error).success).toBe(true)
})
