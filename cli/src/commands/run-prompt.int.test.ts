import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { type FakeGateway, startFakeGateway } from '../testing/fake-gateway.ts'
import type { FakeExecution } from '../testing/fake-execution.ts'
import { quillworks, type RunningCommand } from '../testing/quillworks.ts'

let gateway: FakeGateway
beforeEach(async () => {
  gateway = await startFakeGateway()
})
afterEach(() => gateway.stop())

const env = () => ({ QUILLWORKS_URL: gateway.url, QUILLWORKS_API_KEY: 'qwk_test' })

/** Starts a run and waits until the execution is there. */
async function startRun(words: string[]): Promise<{ command: RunningCommand; execution: FakeExecution }> {
  const command = quillworks(['run', 'prompt', ...words], env())
  await command.prints(
    words.includes('--json') ? 'stdout' : 'stderr',
    words.includes('--json') ? 'started' : 'execution ',
  )
  const execution = [...gateway.executions.values()][0]
  if (!execution) throw new Error('no execution was started')
  return { command, execution }
}

describe('quillworks run prompt', () => {
  test('prints the text as it is written, and tokens, cost and id beside it', async () => {
    gateway.addPrompt('Greeting')
    const { command, execution } = await startRun(['greeting'])
    gateway.write(execution, 'Hello, ')
    await command.prints('stdout', 'Hello, ')
    gateway.write(execution, 'world')
    gateway.end(execution, 'succeeded')
    expect(await command.exited).toBe(0)
    expect(command.stdout()).toBe('Hello, world\n')
    expect(command.stderr()).toContain(`46 tokens (12 in, 34 out) · $0.0021`)
    expect(command.stderr()).toContain(execution.id)
  })

  test('goes on at the right character when the gateway is killed and comes back', async () => {
    gateway.addPrompt('Greeting')
    const { command, execution } = await startRun(['Greeting'])
    gateway.write(execution, 'one two ')
    await command.prints('stdout', 'one two ')
    await gateway.cut()
    gateway.write(execution, 'three ')
    await command.prints('stderr', 'Trying again')
    gateway.open()
    await command.prints('stdout', 'three ')
    gateway.write(execution, 'four')
    gateway.end(execution, 'succeeded')
    expect(await command.exited).toBe(0)
    expect(command.stdout()).toBe('one two three four\n')
    const resumed = gateway.subscriptions.filter(({ field }) => field === 'executionStream').at(-1)
    expect(resumed?.arguments).toMatchObject({ fromAttempt: 1, fromOffset: 8 })
  })

  test('prints all of it when the execution ended while the gateway was away', async () => {
    gateway.addPrompt('Greeting')
    const { command, execution } = await startRun(['Greeting'])
    gateway.write(execution, 'one ')
    await command.prints('stdout', 'one ')
    await gateway.cut()
    gateway.write(execution, 'two')
    gateway.end(execution, 'succeeded')
    gateway.open()
    expect(await command.exited).toBe(0)
    expect(command.stdout()).toBe('one two\n')
  })

  test('prints a second attempt once where it repeats the first, and whole where it differs', async () => {
    gateway.addPrompt('Greeting')
    const { command, execution } = await startRun(['Greeting'])
    gateway.write(execution, 'once upon')
    await command.prints('stdout', 'once upon')
    gateway.beginAgain(execution, 'once ')
    gateway.write(execution, 'upon a time')
    await command.prints('stdout', 'once upon a time')
    gateway.beginAgain(execution, 'Twice')
    gateway.end(execution, 'succeeded')
    expect(await command.exited).toBe(0)
    expect(command.stdout()).toBe('once upon a time\nTwice\n')
    expect(command.stderr()).toContain('written anew')
  })

  test('starts one execution when the answer to the start is lost', async () => {
    gateway.addPrompt('Greeting')
    gateway.loseNextAnswer()
    const { command, execution } = await startRun(['Greeting'])
    gateway.end(execution, 'succeeded')
    expect(await command.exited).toBe(0)
    expect(gateway.inputs).toHaveLength(2)
    expect(new Set(gateway.inputs.map((input) => input.idempotencyKey)).size).toBe(1)
    expect(gateway.executions.size).toBe(1)
  })

  test('types the variables as the prompt declares them and sends message and model', async () => {
    gateway.addPrompt('Report', [
      { name: 'count', type: 'number' },
      { name: 'short', type: 'boolean' },
      { name: 'rows', type: 'json' },
      { name: 'topic' },
    ])
    const words = ['--var', 'count=3', '--var', 'short=yes', '--var=rows=[1,2]', '--var', 'topic=a=b']
    const { command, execution } = await startRun([
      'Report',
      ...words,
      '--model',
      'demo/writer',
      '--message',
      'hi',
    ])
    gateway.end(execution, 'succeeded')
    expect(await command.exited).toBe(0)
    expect(gateway.inputs[0]).toMatchObject({
      values: { count: 3, short: true, rows: [1, 2], topic: 'a=b' },
      model: 'demo/writer',
      message: 'hi',
    })
  })

  test('ends with 1 and the reason when the execution fails', async () => {
    gateway.addPrompt('Greeting')
    const { command, execution } = await startRun(['Greeting'])
    gateway.end(execution, 'failed', { code: 'model.overloaded', message: 'The model is overloaded.' })
    expect(await command.exited).toBe(1)
    expect(command.stderr()).toContain('The model is overloaded. (model.overloaded)')
  })

  test('shows message, code and every issue of a refusal', async () => {
    gateway.addPrompt('Report', [
      { name: 'topic', required: true },
      { name: 'tone', required: true },
    ])
    const command = quillworks(['run', 'prompt', 'Report'], env())
    expect(await command.exited).toBe(1)
    expect(command.stdout()).toBe('')
    expect(command.stderr()).toBe(
      'Some variables have no value. (prompt.missing_variables)\n  values.topic: needs a value\n  values.tone: needs a value\n',
    )
  })

  test('lists the prompts that share a title', async () => {
    const prompts = [gateway.addPrompt('Twin'), gateway.addPrompt('Twin')]
    const command = quillworks(['run', 'prompt', 'Twin'], env())
    expect(await command.exited).toBe(2)
    for (const prompt of prompts) expect(command.stderr()).toContain(prompt.id)
  })

  test('prints one JSON object a line, the result last', async () => {
    gateway.addPrompt('Greeting')
    const { command, execution } = await startRun(['Greeting', '--json'])
    gateway.write(execution, 'Hello')
    gateway.end(execution, 'succeeded')
    expect(await command.exited).toBe(0)
    const lines = command.stdout().trim().split('\n')
    const objects = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(objects[0]).toMatchObject({ type: 'started', id: execution.id })
    expect(objects.at(-1)).toMatchObject({
      type: 'result',
      status: 'succeeded',
      text: 'Hello',
      usage: { totalTokens: 46 },
    })
    const texts = objects.filter((object) => object['type'] === 'text').map((object) => object['text'])
    expect(texts.join('')).toBe('Hello')
  })

  test('leaves the execution running on Ctrl-C and says so', async () => {
    gateway.addPrompt('Greeting')
    const { command, execution } = await startRun(['Greeting'])
    gateway.write(execution, 'Hello')
    await command.prints('stdout', 'Hello')
    command.interrupt()
    expect(await command.exited).toBe(130)
    expect(command.stderr()).toContain(`quillworks watch ${execution.id}`)
    expect(execution.status).toBe('running')
  })

  test('says how to start Quillworks when nothing answers', async () => {
    await gateway.cut()
    const command = quillworks(['run', 'prompt', 'Greeting'], env())
    expect(await command.exited).toBe(1)
    expect(command.stderr()).toContain(
      `Quillworks does not answer at ${gateway.url} — start it with npm start.`,
    )
    gateway.open()
  })

  test('says what to do without a key and without a data folder', async () => {
    const { QUILLWORKS_API_KEY: _, ...rest } = env()
    const command = quillworks(['run', 'prompt', 'Greeting', '--data', '/nonexistent'], rest)
    expect(await command.exited).toBe(1)
    expect(command.stderr()).toContain('QUILLWORKS_API_KEY')
  })
})
