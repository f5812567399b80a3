import { expect, test } from 'bun:test'
import { AppError } from '@quillworks/service-kit/errors'
import { newId } from '@quillworks/service-kit/ids'
import type { Identity } from '@quillworks/service-kit/identity'
import { callerOf } from './authentication.ts'

const identity: Identity = {
  userId: newId(),
  organizationId: newId(),
  projectId: newId(),
  role: 'owner',
  scopes: ['*'],
  principal: 'user:test',
}

/** Good once, then expired. */
function onceValid() {
  let calls = 0
  return () => {
    calls += 1
    if (calls > 1) return Promise.reject(new AppError('auth.unauthenticated', 'expired'))
    return Promise.resolve(identity)
  }
}

test('a key or session is asked about again', async () => {
  for (const credentials of [{ authorization: 'Bearer qwk_x' }, { cookie: 'session=x' }]) {
    const caller = await callerOf(onceValid(), credentials)
    expect(caller.identity).toEqual(identity)
    await expect(caller.reauthenticate()).rejects.toThrow('expired')
  }
})

test('the holder of the secret follows on when the token’s minute is over', async () => {
  const caller = await callerOf(onceValid(), { authorization: 'Bearer qwl_x' })
  expect(await caller.reauthenticate()).toEqual(identity)
})
