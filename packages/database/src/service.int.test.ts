import { afterAll, beforeAll, expect, test } from 'bun:test'
import { newId } from '@quillworks/service-kit/ids'
import { identityHeader, signIdentity } from '@quillworks/service-kit/identity'
import { createLogger } from '@quillworks/service-kit/logger'
import type { RunningService } from '@quillworks/service-kit/service'
import { createTestDatabase, type TestDatabase } from '@quillworks/testing/database'
import { buildSchema } from 'graphql'
import { startSubgraphService } from './service.ts'

const name = 'documents'
let testDatabase: TestDatabase
let service: RunningService
beforeAll(async () => {
  testDatabase = await createTestDatabase()
  service = startSubgraphService({
    name,
    subgraph: buildSchema('type Query { hello: String }'),
    config: { databaseUrl: testDatabase.url, secret: testDatabase.secret, host: '127.0.0.1', port: 0 },
    logger: createLogger(name, { level: 'silent' }),
    signals: false,
  })
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
    body: JSON.stringify({ query: '{ hello }' }),
  })
}

test('it serves its subgraph', async () => {
  expect(await (await ask(name)).json()).toEqual({ data: { hello: null } })
})

test('it is ready with its database, as a role of its own', async () => {
  expect((await fetch(`${service.url}/readyz`)).status).toBe(200)
})

test('an identity signed for another service does not get in', async () => {
  expect((await ask('another')).status).toBe(401)
})
