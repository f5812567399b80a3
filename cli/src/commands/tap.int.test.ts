import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { connectNats } from '@quillworks/messaging/connect'
import { createEvent, eventSubject } from '@quillworks/messaging/envelope'
import { ensureEventsStream } from '@quillworks/messaging/events-stream'
import { serviceGrants, tapGrants, tapInbox } from '@quillworks/messaging/grants'
import { newId } from '@quillworks/service-kit/ids'
import { startTestNats, type TestNats } from '@quillworks/testing/nats'
import type { NatsConnection } from 'nats'
import { connectTapNats } from '../tap/tap-connection.ts'
import { quillworks } from '../testing/quillworks.ts'

let server: TestNats
let service: NatsConnection
beforeAll(async () => {
  server = await startTestNats()
  service = await connectNats({ ...server, name: 'prompts', grants: serviceGrants('prompts') })
  await ensureEventsStream(service)
})
afterAll(async () => {
  await service.close()
  await server.close()
})

/** Publishes an event as the relay does and gives its id. */
async function publish(organizationId: string, title: string, event = makeEvent(organizationId, title)) {
  const subject = eventSubject({
    organizationId,
    service: 'prompts',
    entity: 'prompt',
    id: event.subject,
    past: 'created',
  })
  for (;;) {
    try {
      await service.jetstream().publish(subject, JSON.stringify(event), { msgID: event.id, timeout: 500 })
      return event.id
    } catch {
      // NATS is being restarted; the event's id makes another try count once.
    }
  }
}

function makeEvent(organizationId: string, title: string) {
  return createEvent({
    source: 'prompts',
    type: 'quillworks.prompt.created.v1',
    subject: newId(),
    organizationId,
    data: { title },
    correlationId: newId(),
  })
}

function tap(organizationId: string, words: string[]) {
  return quillworks(['tap', ...words], {
    NATS_URL: server.url,
    QUILLWORKS_SECRET: server.secret,
    QUILLWORKS_ORGANIZATION: organizationId,
  })
}

const titlesOf = (stdout: string) =>
  stdout
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { data: { title: string } }).data.title)

describe('quillworks tap', () => {
  test("prints its own organization's events as they come, as CloudEvents", async () => {
    const organization = newId()
    const command = tap(organization, ['prompts.>', '--json'])
    await command.prints('stderr', `Listening on qw.${organization}.prompts.>`)
    await publish(newId(), 'of another organization')
    const id = await publish(organization, 'mine')
    await command.prints('stdout', '\n')
    command.interrupt()
    expect(await command.exited).toBe(130)
    expect(JSON.parse(command.stdout())).toMatchObject({
      specversion: '1.0',
      id,
      organization,
      data: { title: 'mine' },
    })
  })

  test('prints a line for a person', async () => {
    const organization = newId()
    const command = tap(organization, [])
    await command.prints('stderr', 'Listening')
    await publish(organization, 'Greeting')
    await command.prints('stdout', 'Greeting\n')
    expect(command.stdout()).toContain('  prompt.created')
    command.interrupt()
    await command.exited
  })

  test('reads what the stream keeps and then goes on, through a kill of NATS', async () => {
    const organization = newId()
    await publish(organization, 'kept 1')
    await publish(organization, 'kept 2')
    await publish(newId(), 'of another organization')
    const command = tap(organization, ['--since', 'all', '--json'])
    await command.prints('stdout', 'kept 2')
    await publish(organization, 'live')
    await command.prints('stdout', 'live')
    await server.kill()
    await server.restart()
    await publish(organization, 'after the kill')
    await command.prints('stdout', 'after the kill')
    command.interrupt()
    expect(await command.exited).toBe(130)
    expect(titlesOf(command.stdout())).toEqual(['kept 1', 'kept 2', 'live', 'after the kill'])
  })

  test('begins at a moment', async () => {
    const organization = newId()
    await publish(organization, 'old')
    const command = tap(organization, ['--since', new Date(Date.now() + 3_600_000).toISOString(), '--json'])
    await command.prints('stderr', 'Listening')
    const recent = tap(organization, ['--since', '1h', '--json'])
    await recent.prints('stdout', 'old')
    for (const each of [command, recent]) each.interrupt()
    await command.exited
    await recent.exited
    expect(command.stdout()).toBe('')
  })

  test('says what it lacks without the secret', async () => {
    const command = quillworks(['tap', '--data', '/nonexistent'], {
      NATS_URL: server.url,
      QUILLWORKS_ORGANIZATION: newId(),
    })
    expect(await command.exited).toBe(1)
    expect(command.stderr()).toContain('tap.no_credential')
  })
})

describe('the credential of a tap', () => {
  const mine = newId()
  const theirs = newId()
  const consumer = `tap-${newId()}`

  async function connectTap(): Promise<NatsConnection> {
    return connectTapNats({
      access: server,
      name: consumer,
      grants: tapGrants(mine, consumer),
      inboxPrefix: tapInbox(mine),
    })
  }

  /** What NATS says to `act`: it reports a refusal on the connection, after the fact. */
  async function outcome(act: (nats: NatsConnection) => void): Promise<string> {
    const nats = await connectTap()
    const refusal = (async () => {
      for await (const status of nats.status()) if (status.type === 'error') return String(status.data)
      return 'closed'
    })()
    act(nats)
    // The refusal comes before the answer to a flush, and reaches the status one turn later.
    const allowed = (async () => {
      for (let turn = 0; turn < 3; turn += 1) await nats.flush()
      return 'allowed'
    })()
    const result = await Promise.race([refusal, allowed])
    await nats.close()
    return result
  }

  const refused = /permissions/i

  test('reads its own organization', async () => {
    expect(await outcome((nats) => nats.subscribe(`qw.${mine}.>`))).toBe('allowed')
  })

  test("reads no other organization's events, live text, requests or answers", async () => {
    for (const subject of [
      `qw.${theirs}.>`,
      'qw.>',
      `qw-live.${mine}.>`,
      'qw-act.>',
      '_INBOX.>',
      `${tapInbox(theirs)}.>`,
      '>',
    ]) {
      expect(await outcome((nats) => nats.subscribe(subject))).toMatch(refused)
    }
  })

  test('publishes nothing', async () => {
    for (const subject of [
      `qw.${mine}.prompts.prompt.x.created`,
      'qw-act.prompts.render',
      'qw-wake.executions',
    ]) {
      expect(await outcome((nats) => nats.publish(subject, '{}'))).toMatch(refused)
    }
  })

  test("makes no consumer and reads from nobody else's", async () => {
    const subjects = [
      `$JS.API.CONSUMER.CREATE.EVENTS.${consumer}`,
      `$JS.API.CONSUMER.CREATE.EVENTS.${consumer}.qw.${mine}.>`,
      '$JS.API.CONSUMER.DURABLE.CREATE.EVENTS.x',
      '$JS.API.CONSUMER.MSG.NEXT.EVENTS.another',
      '$JS.API.STREAM.MSG.GET.EVENTS',
      '$JS.API.DIRECT.GET.EVENTS',
      '$JS.API.STREAM.PURGE.EVENTS',
    ]
    for (const subject of subjects) {
      expect(await outcome((nats) => nats.publish(subject, '{}'))).toMatch(refused)
    }
  })
})
