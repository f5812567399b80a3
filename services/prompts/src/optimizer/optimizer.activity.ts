import type { Database } from '@quillworks/database/connect'
import { readAsTenant, withTenant } from '@quillworks/database/tenant'
import { stepCallSchema, type StepCall } from '@quillworks/executions/contract'
import { serveActivity } from '@quillworks/messaging/activities'
import { notFound } from '@quillworks/service-kit/errors'
import { verifyIdentity } from '@quillworks/service-kit/identity'
import type { Logger } from '@quillworks/service-kit/logger'
import type { NatsConnection } from 'nats'
import { checkResultSubject, keepResultSubject } from './subjects.ts'
import { renderLibrary } from './library.ts'
import { usedPrompt } from './library-override.ts'
import { findDecision } from './library-override.repository.ts'
import { findOptimization, saveResult } from './optimization.repository.ts'
import { judge, lostIn } from './result.ts'

interface ActivityTools {
  nats: NatsConnection
  database: Database
  secret: string
  logger: Logger
}

/** Answers the steps of optimizers. Both can be asked again: the same answers have the same outcome. */
export function serveOptimizer(tools: ActivityTools): { stop: () => Promise<void> } {
  const { nats, logger } = tools
  const shared = { nats, logger, queue: 'prompts', schema: stepCallSchema }
  const served = [
    serveActivity({ ...shared, subject: checkResultSubject, handle: (call) => checkResult(tools, call) }),
    serveActivity({ ...shared, subject: keepResultSubject, handle: (call) => keepResult(tools, call) }),
  ]
  return { stop: async () => void (await Promise.all(served.map((one) => one.stop()))) }
}

/** The message that asks for what the first answer has lost; empty where that is nothing. */
async function checkResult(tools: ActivityTools, call: StepCall): Promise<object> {
  const { organizationId, userId } = await callerOf(tools, call)
  const { executionId } = call
  const output = await readAsTenant(tools.database, { organizationId, userId }, async (tx) => {
    const given = await findOptimization(tx, { organizationId, executionId })
    if (!given) throw notFound('optimization')
    const lost = lostIn(given, textOf(call, 'message[0]'))
    if (lost.length === 0) return ''
    const number = given.library.keep ?? 0
    const row = number > 0 ? await findDecision(tx, { organizationId, key: 'keep', number }) : undefined
    return renderLibrary(usedPrompt('keep', row), { lost: lost.join(', ') }).body
  })
  return { ok: true, output }
}

/** Judges the answers and keeps what came of them, which is the output of the execution too. */
async function keepResult(tools: ActivityTools, call: StepCall): Promise<object> {
  const { organizationId, userId } = await callerOf(tools, call)
  const key = { organizationId, executionId: call.executionId }
  const result = await withTenant(tools.database, { organizationId, userId }, async (tx) => {
    const given = await findOptimization(tx, key)
    if (!given) throw notFound('optimization')
    const judged = judge(given, [textOf(call, 'message[0]'), textOf(call, 'message[1]')])
    await saveResult(tx, { ...key, result: judged, now: new Date() })
    return judged
  })
  return { ok: true, output: result }
}

function callerOf({ secret }: ActivityTools, { identity }: StepCall) {
  return verifyIdentity({ secret, audience: 'prompts', token: identity })
}

function textOf({ inputs }: StepCall, key: string): string {
  const text = inputs[key]
  return typeof text === 'string' ? text : ''
}
