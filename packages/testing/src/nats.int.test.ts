import { expect, test } from 'bun:test'
import { connectNats } from '@quillworks/messaging/connect'
import { startTestNats } from './nats.ts'

test('a killed server comes back on its port, and a connected client goes on', async () => {
  const nats = await startTestNats()
  const client = await connectNats({
    url: nats.url,
    secret: nats.secret,
    name: 'test',
    grants: { publish: ['greeting'], subscribe: ['greeting'] },
  })
  try {
    const greetings = client.subscribe('greeting')
    await client.flush()
    const reconnected = (async () => {
      for await (const status of client.status()) if (String(status.type) === 'reconnect') return
    })()
    await nats.kill()
    await nats.restart()
    await reconnected
    client.publish('greeting', 'still here')
    const next = await greetings[Symbol.asyncIterator]().next()
    expect(next.value?.string()).toBe('still here')
  } finally {
    await client.close()
    await nats.close()
  }
})
