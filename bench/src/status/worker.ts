import type { StepCallReply } from '@quillworks/executions/contract'
import { mintUserCredentials } from '@quillworks/messaging/credentials'
import { connect } from 'nats'
import { helperSetup, serveHelper } from '../support/helper.ts'
import { type StatusSetup, statusSubject } from './load.ts'

// An outside worker whose steps take a while: status changes come at the pace it sets. First steps wait for `go`.

interface Body {
  first: boolean
  stepMs: number
}

const setup = helperSetup<StatusSetup>()
const subject = statusSubject(setup.runAs.organizationId)
const { authenticator } = await mintUserCredentials({
  secret: setup.secret,
  name: 'bench-worker',
  publish: [],
  subscribe: [subject],
  mayReply: true,
})
const nats = await connect({ servers: new URL(setup.natsUrl).host, authenticator })
const held: ((afterMs: number) => void)[] = []
nats.subscribe(subject, {
  callback: (_error, message) => {
    const { body } = message.json<{ body: Body }>()
    const reply = (afterMs: number) =>
      setTimeout(
        () => message.respond(JSON.stringify({ ok: true, output: null } satisfies StepCallReply)),
        afterMs,
      )
    if (body.first) held.push(reply)
    else reply(body.stepMs * (0.5 + Math.random()))
  },
})
await nats.flush()

serveHelper({
  held: async () => held.length,
  go: async (overMs: number) => held.splice(0).forEach((reply) => reply(Math.random() * overMs)),
})
