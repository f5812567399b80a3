import { afterAll, beforeAll, expect, test } from 'bun:test'
import { fileURLToPath } from 'node:url'
import { createTestDatabase, type TestDatabase } from '@quillworks/testing/database'
import { startTestNats, type TestNats } from '@quillworks/testing/nats'

let database: TestDatabase
let nats: TestNats
beforeAll(async () => {
  ;[database, nats] = await Promise.all([createTestDatabase(), startTestNats()])
})
afterAll(() => Promise.all([database.close(), nats.close()]))

function start(settings: Record<string, string>) {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url))
  const env = { PATH: Bun.env['PATH'] ?? '', QUILLWORKS_SERVICE_PORT: '0', ...settings }
  return Bun.spawn([process.execPath, main], { env, stdout: 'pipe', stderr: 'pipe' })
}

/** The port that the process says it listens on. */
async function portOf(output: ReadableStream<Uint8Array>): Promise<number> {
  // Not `for await`, which would close the process's output on the way out.
  const reader = output.getReader()
  const decoder = new TextDecoder()
  let text = ''
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    text += decoder.decode(next.value, { stream: true })
    const port = /"port":(\d+)/.exec(text)?.[1]
    if (port !== undefined) return Number(port)
  }
  throw new Error(`it ended without listening: ${text}`)
}

test('the process is ready when it can serve, tells when it cannot, and ends cleanly', async () => {
  const running = start({
    QUILLWORKS_SECRET: database.secret,
    QUILLWORKS_DATABASE_URL: database.url,
    NATS_URL: nats.url,
  })
  try {
    const url = `http://127.0.0.1:${await portOf(running.stdout)}/readyz`
    expect((await fetch(url)).status).toBe(200)
    await nats.kill()
    const failing = await fetch(url)
    expect([failing.status, ((await failing.json()) as { checks: unknown }).checks]).toEqual([
      503,
      { postgres: 'ok', nats: 'failing' },
    ])
    await nats.restart()
    let status = 503
    for (const giveUpAt = performance.now() + 15_000; status !== 200 && performance.now() < giveUpAt;) {
      status = (await fetch(url)).status
    }
    expect(status).toBe(200)
    running.kill('SIGTERM')
    expect(await running.exited).toBe(0)
  } finally {
    running.kill('SIGKILL')
  }
})

test('the process names every bad setting at once', async () => {
  const failed = start({ NATS_URL: 'nowhere', QUILLWORKS_DEFAULT_MODEL: 'gpt' })
  const complaint = await new Response(failed.stderr).text()
  expect(await failed.exited).not.toBe(0)
  for (const name of [
    'QUILLWORKS_SECRET',
    'QUILLWORKS_DATABASE_URL',
    'NATS_URL',
    'QUILLWORKS_DEFAULT_MODEL',
  ]) {
    expect(complaint).toContain(name)
  }
})
