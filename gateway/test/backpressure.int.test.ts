import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Socket } from 'node:net'
import { z } from 'zod'
import { summaryOf } from './fake-executions.ts'
import { startTestGateway, type TestGateway } from './gateway.ts'
import { stuckEvents, stuckSocket } from './stuck-client.ts'
import { openSocket } from './subscriptions.ts'
import { until } from './until.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway()
})
afterAll(() => gateway.close())

const textSchema = z.object({ executionStream: z.object({ text: z.string() }) })
const query = 'subscription ($id: ID!) { executionStream(id: $id) { attempt offset text done } }'
const stepKey = 'message[0]'
const piece = 'x'.repeat(16 * 1024)

function add(): string {
  const { userId, projectId, organizationId } = gateway.owner
  const step = { key: stepKey, status: 'streaming', attempt: 1, output: null }
  return gateway.executions.add(organizationId, summaryOf({ ownerId: userId, projectId }), [step])
}

test.each([
  ['a socket', stuckSocket],
  ['server-sent events', stuckEvents],
])(
  'a client on %s that never reads is ended, while others get every character',
  async (_name, open) => {
    const id = add()
    const stuck: Socket[] = []
    for (let count = 0; count < 5; count += 1) {
      stuck.push(await open(gateway.url, gateway.cookie, { query, variables: { id } }))
    }
    const tab = openSocket(gateway)
    const reader = tab.follow(query, { id })
    await until(() => gateway.openSubscriptions() === 6, 60_000)
    const before = process.memoryUsage().rss
    const frames = 3_000
    const subject = `qw-live.${gateway.owner.organizationId}.${id}.text`
    for (let number = 0; number < frames; number += 1) {
      const frame = {
        stepKey,
        attempt: 1,
        offset: number * piece.length,
        text: piece,
        done: number === frames - 1,
      }
      gateway.publisher.publish(subject, JSON.stringify(frame))
      if (number % 5 === 0) {
        // The reader keeps up well inside its queue, however slow the machine is.
        await gateway.publisher.flush()
        await until(() => reader.received.length >= number - 5, 60_000)
      }
    }
    expect(await reader.ended).toBe('complete')
    const length = reader.received.reduce(
      (sum, { data }) => sum + textSchema.parse(data).executionStream.text.length,
      0,
    )
    expect(length).toBe(frames * piece.length)
    await until(() => gateway.openSubscriptions() === 0, 60_000)
    // 49 MB went by each of five stuck clients; what each may hold is its queue and its socket's buffer.
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024)
    stuck.forEach((socket) => socket.destroy())
    await tab.close()
  },
  60_000,
)
