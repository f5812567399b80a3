import { executionReplySchema, type StartExecution, startSubject } from '@quillworks/executions/contract'
import { requestUntilAnswered } from '@quillworks/messaging/activities'
import { connectNats } from '@quillworks/messaging/connect'
import { newId } from '@quillworks/service-kit/ids'
import { wallMs } from '../support/clock.ts'
import { openSockets, type Sockets } from '../support/graphql-ws.ts'
import { helperSetup, serveHelper } from '../support/helper.ts'
import { type Arrival, type StatusHeard, type StatusLoad, type StatusSetup, statusSubject } from './load.ts'

// The subscribers, each on a socket of its own, and the caller who starts what they follow.

const setup = helperSetup<StatusSetup>()
const nats = await connectNats({
  url: setup.natsUrl,
  secret: setup.secret,
  name: 'bench-caller',
  grants: { publish: [startSubject], subscribe: ['_INBOX.>'] },
})
const query = `subscription ($id: ID!) { executionUpdated(id: $id) { revision status } }`

function request({ steps, stepMs }: StatusLoad): StartExecution {
  const subject = statusSubject(setup.runAs.organizationId)
  return {
    id: newId(),
    kind: 'workflow',
    name: 'bench status',
    runAs: setup.runAs,
    trigger: 'api',
    plan: {
      version: 1,
      steps: Array.from({ length: steps }, (_, index) => ({
        key: `s${index}`,
        kind: 'call',
        after: index === 0 ? [] : [`s${index - 1}`],
        input: { subject, body: { first: index === 0, stepMs } },
      })),
    },
  }
}

async function start(load: StatusLoad): Promise<string> {
  const body = request(load)
  const reply = await requestUntilAnswered({
    nats,
    subject: startSubject,
    body,
    schema: executionReplySchema,
    deadlineMs: 60_000,
    unanswered: 'The engine did not answer.',
  })
  if (!reply.ok) throw new Error(`${reply.code}: ${reply.message}`)
  return body.id
}

interface Following {
  sockets: Sockets
  heard: StatusHeard
  ended: Promise<unknown>
}
let following: Following | undefined

/** Starts the executions and subscribes; settles once every subscriber has heard how things stand. */
async function follow(load: StatusLoad): Promise<null> {
  const count = load.spread === 'one' ? 1 : load.subscribers
  const ids: string[] = []
  // A few at a time: what is measured comes later.
  const lane = async () => {
    while (ids.length < count) {
      const place = ids.push('') - 1
      ids[place] = await start(load)
    }
  }
  await Promise.all(Array.from({ length: Math.min(20, count) }, lane))
  const authorization = `Bearer ${setup.key}`
  const sockets = await openSockets({ url: setup.gatewayUrl, authorization, count: load.subscribers })
  const heard: StatusHeard = { ids, arrivals: [], heardEnd: 0 }
  const subscribers = Array.from({ length: load.subscribers }, (_, index) => {
    const execution = load.spread === 'one' ? 0 : index
    const first = Promise.withResolvers<void>()
    const end = Promise.withResolvers<void>()
    void sockets
      .follow(index, { query, variables: { id: ids[execution] } }, (text) => {
        const atMs = wallMs()
        const message = JSON.parse(text) as {
          payload: { data: { executionUpdated: { revision: number; status: string } } }
        }
        const { revision, status } = message.payload.data.executionUpdated
        first.resolve()
        heard.arrivals.push([execution, revision, atMs] satisfies Arrival)
        if (status !== 'succeeded') return
        heard.heardEnd += 1
        end.resolve()
      })
      .catch((error: unknown) => {
        console.error('A subscription failed:', String(error))
        first.resolve()
        end.resolve()
      })
    return { first: first.promise, end: end.promise }
  })
  await Promise.all(subscribers.map(({ first }) => first))
  heard.arrivals = []
  following = { sockets, heard, ended: Promise.all(subscribers.map(({ end }) => end)) }
  return null
}

/** Settles when every subscriber has heard of its execution's end, or after a long while. */
async function heard(longestMs: number): Promise<StatusHeard> {
  if (!following) throw new Error('Nobody follows anything.')
  await Promise.race([following.ended, Bun.sleep(longestMs)])
  following.sockets.close()
  return following.heard
}

serveHelper({ follow, heard })
