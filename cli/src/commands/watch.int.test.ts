import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { newId } from '@quillworks/service-kit/ids'
import { type FakeGateway, startFakeGateway } from '../testing/fake-gateway.ts'
import type { FakeExecution } from '../testing/fake-execution.ts'
import { quillworks } from '../testing/quillworks.ts'

let gateway: FakeGateway
beforeEach(async () => {
  gateway = await startFakeGateway()
})
afterEach(() => gateway.stop())

const env = () => ({ QUILLWORKS_URL: gateway.url, QUILLWORKS_API_KEY: 'qwk_test' })

function addExecution(facts: Partial<FakeExecution> = {}): FakeExecution {
  const execution: FakeExecution = {
    id: newId(),
    name: 'Greeting',
    status: 'running',
    revision: 1,
    attempt: 1,
    text: '',
    error: null,
    ...facts,
  }
  gateway.executions.set(execution.id, execution)
  return execution
}

describe('quillworks watch', () => {
  test('shows status, steps and text until the end', async () => {
    const execution = addExecution({ text: 'Hello' })
    const command = quillworks(['watch', execution.id], env())
    await command.prints('stdout', 'Hello')
    gateway.end(execution, 'succeeded')
    expect(await command.exited).toBe(0)
    const lines = command.stdout().split('\n')
    expect(lines[0]).toBe('· running · Greeting')
    expect(lines[1]).toContain('message[0] streaming')
    expect(lines[2]).toBe('Hello')
    expect(command.stdout()).toContain('✓ message[0] succeeded')
  })

  test('shows the text of an execution that has ended', async () => {
    const execution = addExecution({ text: 'Long ago', status: 'succeeded' })
    const command = quillworks(['watch', execution.id], env())
    expect(await command.exited).toBe(0)
    expect(command.stdout()).toContain('\nLong ago\n')
  })

  test('ends with 1 when the execution failed', async () => {
    const error = { code: 'model.refused', message: 'The model refused.' }
    const execution = addExecution({ status: 'failed', error })
    const command = quillworks(['watch', execution.id], env())
    expect(await command.exited).toBe(1)
    expect(command.stdout()).toContain('The model refused. (model.refused)')
  })

  test('prints every revision and each character once as JSON, through a cut', async () => {
    const execution = addExecution({ text: 'one ' })
    const command = quillworks(['watch', execution.id, '--json'], env())
    await command.prints('stdout', '"text"')
    await gateway.cut()
    gateway.write(execution, 'two')
    gateway.open()
    await command.prints('stdout', 'two')
    gateway.end(execution, 'succeeded')
    expect(await command.exited).toBe(0)
    const lines = command.stdout().trim().split('\n')
    const objects = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
    const revisions = objects.filter(({ type }) => type === 'execution').map(({ revision }) => revision)
    expect(revisions).toEqual([...new Set(revisions)])
    expect(objects.filter(({ type }) => type === 'text').map(({ text }) => text)).toContain('two')
    expect(
      objects
        .filter(({ type }) => type === 'text')
        .map(({ text }) => text)
        .join(''),
    ).toBe('one two')
    expect(objects.findLast(({ type }) => type === 'execution')).toMatchObject({ status: 'succeeded' })
  })

  test('names an id that does not exist, and what is no id', async () => {
    const missing = quillworks(['watch', newId()], env())
    expect(await missing.exited).toBe(1)
    expect(missing.stderr()).toContain('execution.not_found')
    const wrong = quillworks(['watch', 'greeting'], env())
    expect(await wrong.exited).toBe(2)
  })

  test('ends quietly when nobody reads any more', async () => {
    const execution = addExecution({ text: 'Hello' })
    const main = new URL('../main.ts', import.meta.url).pathname
    const reader = Bun.spawn(
      ['sh', '-c', `"${process.execPath}" "${main}" watch ${execution.id} | head -n 1`],
      {
        env: { PATH: Bun.env.PATH ?? '', ...env() },
        stdout: 'pipe',
        stderr: 'pipe',
      },
    )
    const [first] = await Array.fromAsync(reader.stdout.pipeThrough(new TextDecoderStream()))
    expect(first).toBe('· running · Greeting\n')
    gateway.end(execution, 'succeeded')
    expect(await new Response(reader.stderr).text()).toBe('')
  })
})
