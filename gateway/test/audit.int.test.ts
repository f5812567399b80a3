import { afterAll, beforeAll, expect, test } from 'bun:test'
import { newId } from '@quillworks/service-kit/ids'
import { startTestGateway, type TestGateway } from './gateway.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway()
})
afterAll(() => gateway.close())

const logQuery = '{ auditLog(first: 2) { edges { node { action clientAddress actor { name } } } } }'

test('the audit log has the entries of services among its own, in the order of time', async () => {
  await gateway.ask('mutation { createProject(input: { name: "Before" }) { id } }')
  gateway.executions.audit.push({
    id: newId(),
    at: new Date().toISOString(),
    userId: gateway.owner.userId,
    principal: gateway.owner.principal,
    address: '192.0.2.9',
    action: 'provider_key.set',
    targetType: 'provider_key',
    targetId: 'openai',
    targetName: 'openai',
    details: { ending: 'wxyz' },
  })
  const { data } = await gateway.ask(logQuery)
  expect(data).toEqual({
    auditLog: {
      edges: [
        { node: { action: 'provider_key.set', clientAddress: '192.0.2.9', actor: { name: 'Owner' } } },
        { node: { action: 'project.created', clientAddress: '127.0.0.1', actor: { name: 'Owner' } } },
      ],
    },
  })
  const asked = gateway.executions.requests.at(-1)
  expect(asked?.headers.get('x-quillworks-client')).toBe('127.0.0.1')
})

test('a client’s own word about its address is not taken', async () => {
  await gateway.ask(
    'mutation { createProject(input: { name: "Liar" }) { id } }',
    {},
    {
      'x-quillworks-client': '203.0.113.1',
      'x-forwarded-for': '203.0.113.1',
    },
  )
  gateway.executions.audit.length = 0
  const { data } = await gateway.ask(logQuery)
  expect(JSON.stringify(data)).not.toContain('203.0.113.1')
})

test('the part that services tell to the gateway is not in the API', async () => {
  const answer = await gateway.ask('{ auditEntries(question: {}) }')
  expect(answer.errors?.[0]?.extensions['code']).toBe('graphql.invalid')
})
