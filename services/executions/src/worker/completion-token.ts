import { createHmac, timingSafeEqual } from 'node:crypto'
import { AppError } from '@quillworks/service-kit/errors'
import { deriveKey } from '@quillworks/service-kit/keys'
import { z } from 'zod'

/** The attempt that a token completes. */
export interface AttemptName {
  executionId: string
  stepKey: string
  attempt: number
}

const nameSchema = z.tuple([z.uuid(), z.string(), z.number().int()])

/** Names one attempt so that nobody else can: whoever was asked to carry it out completes it with this. */
export function completionToken(secret: string, { executionId, stepKey, attempt }: AttemptName): string {
  const name = Buffer.from(JSON.stringify([executionId, stepKey, attempt])).toString('base64url')
  return `${name}.${mac(secret, name).toString('base64url')}`
}

/** The attempt that the token names; anything but a token of ours is `step.token_invalid`. */
export function readCompletionToken(secret: string, token: string): AttemptName {
  const [name = '', proof = ''] = token.split('.')
  const given = Buffer.from(proof, 'base64url')
  const expected = mac(secret, name)
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new AppError('step.token_invalid', 'This token completes nothing here.')
  }
  const [executionId, stepKey, attempt] = nameSchema.parse(
    JSON.parse(Buffer.from(name, 'base64url').toString()),
  )
  return { executionId, stepKey, attempt }
}

function mac(secret: string, name: string): Buffer {
  return createHmac('sha256', deriveKey(secret, 'step-completion')).update(name).digest()
}
