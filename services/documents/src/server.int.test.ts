import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { serviceRole } from '@quillworks/database/roles'
import { newId } from '@quillworks/service-kit/ids'
import { identityHeader, signIdentity } from '@quillworks/service-kit/identity'
import { createLogger } from '@quillworks/service-kit/logger'
import type { RunningService } from '@quillworks/service-kit/service'
import { createTestDatabase, type TestDatabase } from '@quillworks/testing/database'
import { serviceName } from './contract/index.ts'
import { sdl } from './graphql/schema.ts'
import { startServer } from './server.ts'

let testDatabase: TestDatabase
let service: RunningService
beforeAll(async () => {
  testDatabase = await createTestDatabase()
  const database = testDatabase.connect(serviceRole(serviceName))
  const logger = createLogger(serviceName, { level: 'silent' })
  const { secret } = testDatabase
  service = startServer({ database, logger }, { secret, host: '127.0.0.1', port: 0, signals: false })
})
afterAll(async () => {
  await service.stop()
  await testDatabase.close()
})

async function ask(audience: string): Promise<Response> {
  const identity = {
    userId: newId(),
    organizationId: newId(),
    projectId: newId(),
    role: 'owner' as const,
    scopes: ['*'],
    principal: 'user:test',
  }
  const token = await signIdentity({ secret: testDatabase.secret, audience, identity })
  return fetch(`${service.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', [identityHeader]: token },
    body: JSON.stringify({ query: '{ _service { sdl } }' }),
  })
}

test('the committed SDL is what the service serves', async () => {
  expect(sdl).toBe(readFileSync(join(import.meta.dirname, '../schema.graphql'), 'utf8'))
  expect(await (await ask(serviceName)).json()).toEqual({ data: { _service: { sdl } } })
})

test('it is ready with its database, as a role of its own', async () => {
  expect((await fetch(`${service.url}/readyz`)).status).toBe(200)
})

test('an identity signed for another service does not get in', async () => {
  expect((await ask('another')).status).toBe(401)
})
