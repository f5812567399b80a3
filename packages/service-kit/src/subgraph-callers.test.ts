import { expect, test } from 'bun:test'
import { AppError } from './errors.ts'
import { type Identity, signIdentity } from './identity.ts'
import { newId } from './ids.ts'
import { createCallers } from './subgraph-callers.ts'

const secret = 's'.repeat(32)
const identity: Identity = {
  userId: newId(),
  organizationId: newId(),
  projectId: newId(),
  role: 'member',
  scopes: ['prompts:read'],
  principal: 'user:1',
}
const sign = (audience = 'prompts') => signIdentity({ secret, audience, identity })

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  return error instanceof AppError ? error.code : 'none'
}

test('a caller is read once and known from then on', async () => {
  const callerOf = createCallers({ secret, audience: 'prompts' })
  const token = await sign()
  const first = await callerOf(token)
  expect(first).toEqual(identity)
  expect(await callerOf(token)).toBe(first)
  expect(() => first.scopes.push('*')).toThrow()
})

test('a known token lets in neither what resembles it nor another audience', async () => {
  const callerOf = createCallers({ secret, audience: 'prompts' })
  const token = await sign()
  await callerOf(token)
  const [head, body, signature = ''] = token.split('.')
  const turned = signature.split('').toReversed().join('')
  for (const other of [`${head}.${body}.${turned}`, `${head}.${body}.`, await sign('executions'), '', null])
    expect(await codeOf(callerOf(other))).toBe('auth.unauthenticated')
  expect(await codeOf(createCallers({ secret, audience: 'executions' })(token))).toBe('auth.unauthenticated')
})

test('a known token is verified again when it has ended', async () => {
  const token = await sign()
  let time = Date.now()
  const callerOf = createCallers({ secret, audience: 'prompts', now: () => time })
  const first = await callerOf(token)
  time += 61_000
  // The library has its own clock, in which the token is still good: it is another reading, not the one remembered.
  expect(await callerOf(token)).not.toBe(first)
})
