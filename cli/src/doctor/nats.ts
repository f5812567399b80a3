import { eventsStream } from '@quillworks/messaging/events-stream'
import type { NatsConnection } from 'nats'
import { connectTapNats } from '../tap/tap-connection.ts'
import { failed, type Finding, ok, reasonOf, warning } from './finding.ts'

const grants = { publish: ['$JS.API.INFO', `$JS.API.STREAM.INFO.${eventsStream}`], subscribe: ['_INBOX.>'] }

/** NATS as a user of no other rights sees it: version, JetStream, the stream of events, and that rights are enforced. */
export async function checkNats(input: { url: string; secret: string | undefined }): Promise<Finding[]> {
  const place = new URL(input.url).host
  let nats: NatsConnection
  try {
    nats = await connectTapNats({ access: input, name: 'doctor', grants })
  } catch (error) {
    const advice =
      'See that it runs, that NATS_URL is right and that its configuration is made from the same secret (quillworks nats-config).'
    return [failed('NATS', reasonOf(error), advice)]
  }
  try {
    const version = nats.info?.version ?? 'unknown'
    const [major = 0, minor = 0] = version.split('.').map(Number)
    const isOld = major < 2 || (major === 2 && minor < 9)
    return [
      isOld
        ? failed('NATS', `version ${version} at ${place}`, 'Quillworks needs nats-server 2.9 or later.')
        : ok('NATS', `version ${version} at ${place}`),
      ...(await checkStream(nats)),
      await checkPermissions(nats),
    ]
  } finally {
    await nats.close()
  }
}

async function checkStream(nats: NatsConnection): Promise<Finding[]> {
  if (!nats.info?.jetstream) {
    return [
      failed(
        'JetStream',
        'is off',
        'Start nats-server with JetStream: jetstream { store_dir: … } in its configuration.',
      ),
    ]
  }
  try {
    const manager = await nats.jetstreamManager({ checkAPI: false })
    const { state, config } = await manager.streams.info(eventsStream)
    const covers = config.subjects.includes('qw.>')
    return [
      covers
        ? ok('Events', `stream ${eventsStream} keeps ${state.messages} events`)
        : failed(
            'Events',
            `stream ${eventsStream} keeps ${config.subjects.join(', ')}`,
            `Add qw.> to its subjects.`,
          ),
    ]
  } catch (error) {
    const advice = 'The first service that publishes makes it; see that the services run.'
    return [warning('Events', `there is no stream ${eventsStream} yet: ${reasonOf(error)}`, advice)]
  }
}

/** A user without the right to it must not hear other organizations. */
async function checkPermissions(nats: NatsConnection): Promise<Finding> {
  const refusal = (async () => {
    for await (const status of nats.status()) if (String(status.type) === 'error') return true
    return false
  })()
  const subscription = nats.subscribe('qw.>', { callback: () => {} })
  const allowed = (async () => {
    for (let turn = 0; turn < 3; turn += 1) await nats.flush()
    return false
  })()
  const isRefused = await Promise.race([refusal, allowed]).catch(() => true)
  if (isRefused) return ok('NATS rights', 'are enforced')
  subscription.unsubscribe()
  const advice =
    'Run nats-server with the configuration of quillworks nats-config, or limit its users as docs/settings.md says.'
  return warning('NATS rights', 'any user may hear every organization', advice)
}
