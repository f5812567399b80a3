import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { type FakeGateway, startFakeGateway } from '../testing/fake-gateway.ts'
import { quillworks } from '../testing/quillworks.ts'

let gateway: FakeGateway
beforeEach(async () => {
  gateway = await startFakeGateway()
})
afterEach(() => gateway.stop())

async function key(...words: string[]) {
  const command = quillworks(['key', ...words], {
    QUILLWORKS_URL: gateway.url,
    QUILLWORKS_API_KEY: 'qwk_test',
  })
  return { code: await command.exited, stdout: command.stdout(), stderr: command.stderr() }
}

describe('quillworks key', () => {
  test('create prints the key alone on stdout', async () => {
    expect(await key('create', '--name', 'robot')).toMatchObject({ code: 0, stdout: 'qwk_abcdef\n' })
    expect(gateway.apiKeys[0]).toMatchObject({ name: 'robot', scopes: ['*'] })
  })

  test('create takes scopes and an end, and prints JSON', async () => {
    const words = [
      '--scope',
      'prompts:read',
      '--scope=executions:read,executions:write',
      '--expires',
      '2099-01-31',
    ]
    const { code, stdout } = await key('create', '--name', 'robot', ...words, '--json')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ key: 'qwk_abcdef', name: 'robot' })
    expect(gateway.apiKeys[0]?.scopes).toEqual(['prompts:read', 'executions:read', 'executions:write'])
    expect(new Date(gateway.apiKeys[0]?.expiresAt ?? '')).toEqual(new Date('2099-01-31T00:00:00Z'))
  })

  test('list shows keys without what opens doors, and revoke ends one', async () => {
    await key('create', '--name', 'robot')
    const id = gateway.apiKeys[0]?.id ?? ''
    const listed = await key('list')
    expect(listed.stdout).toContain(`${id}  qwk_abc…  robot`)
    expect(listed.stdout).not.toContain('qwk_abcdef')
    expect(await key('revoke', id)).toMatchObject({ code: 0, stdout: `Revoked robot (${id}).\n` })
    const again = await key('revoke', id)
    expect(again).toMatchObject({ code: 1, stderr: 'There is no such key. (api_key.not_found)\n' })
  })

  test('create needs a name', async () => {
    expect(await key('create')).toMatchObject({ code: 2, stdout: '' })
  })

  test('create works for whoever holds the secret, where only keys and sessions are taken', async () => {
    const command = quillworks(['key', 'create', '--name', 'robot'], {
      QUILLWORKS_URL: gateway.url,
      QUILLWORKS_SECRET: 'the-secret-of-a-fake-gateway-of-tests',
    })
    expect(await command.exited).toBe(0)
    expect(command.stdout()).toBe('qwk_abcdef\n')
  })
})

test('quillworks sign-in prints the link that the secret opens', async () => {
  const command = quillworks(['sign-in'], {
    QUILLWORKS_URL: gateway.url,
    QUILLWORKS_SECRET: 'the-secret-of-a-fake-gateway-of-tests',
  })
  expect(await command.exited).toBe(0)
  expect(command.stdout()).toBe('https://quillworks.example/api/auth/local-link?token=once\n')
})
