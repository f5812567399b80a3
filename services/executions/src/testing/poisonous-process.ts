import { connectDatabase } from '@quillworks/database/connect'
import { systemRole } from '@quillworks/database/roles'
import { connectNats } from '@quillworks/messaging/connect'
import { engineGrants } from '@quillworks/messaging/grants'
import { createLogger } from '@quillworks/service-kit/logger'
import { readConfig } from '../config.ts'
import { startEngine } from '../engine-service.ts'
import type { CallModel } from '../models/call-model.ts'
import { runAlone } from '../run-alone.ts'
import { startSoloChild } from '../worker/solo-child.ts'

// The service with a model that some texts make end, or hang, the whole process.

const config = readConfig()
const logger = createLogger('executions')
const { databaseUrl: url, secret, natsUrl, leaseMs } = config
const system = connectDatabase({ url, secret, role: systemRole('executions'), name: 'poisonous', max: 4 })
const nats = await connectNats({
  url: natsUrl,
  secret,
  name: 'executions',
  grants: engineGrants('executions'),
})

const callModel: CallModel = async ({ request: { messages } }) => {
  const text = messages.map(({ content }) => content).join()
  if (text.includes('poison')) process.kill(process.pid, 'SIGKILL')
  if (text.includes('alone') && !config.solo) process.kill(process.pid, 'SIGKILL')
  while (text.includes('hang'));
  return { text: 'An answer', usage: null, costNanoUsd: null, finishReason: 'stop' }
}

const engine = await startEngine({ config, system, nats, callModel, logger, startChild: startSoloChild })
const close = async () => {
  await engine.stop()
  await nats.close()
  await system.close()
}
if (config.solo) await runAlone({ engine, leaseMs, logger, close })
logger.info({ port: 0 }, 'Ready')
process.once('SIGTERM', () => void close().then(() => process.exit(0)))
