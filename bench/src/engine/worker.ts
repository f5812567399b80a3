import type { StepCallReply } from '@quillworks/executions/contract'
import { mintUserCredentials } from '@quillworks/messaging/credentials'
import { connect } from 'nats'
import { helperSetup, serveHelper } from '../support/helper.ts'
import { workerSubject } from './plan.ts'

// An outside worker that answers `call` steps, with the rights that a worker of an organization has.

export interface WorkerSetup {
  natsUrl: string
  secret: string
}

const setup = helperSetup<WorkerSetup>()
const { authenticator } = await mintUserCredentials({
  secret: setup.secret,
  name: 'bench-worker',
  publish: [],
  subscribe: [workerSubject],
  mayReply: true,
})
const nats = await connect({ servers: new URL(setup.natsUrl).host, authenticator })
let answered = 0
nats.subscribe(workerSubject, {
  queue: 'bench',
  callback: (_error, message) => {
    const call = message.json<{ stepKey: string }>()
    answered += 1
    message.respond(JSON.stringify({ ok: true, output: call.stepKey } satisfies StepCallReply))
  },
})
await nats.flush()

serveHelper({ answered: async () => answered })
