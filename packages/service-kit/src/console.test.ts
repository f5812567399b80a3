import { expect, test } from 'bun:test'
import { join } from 'node:path'

const script = `
  import { createLogger } from '${join(import.meta.dirname, 'logger.ts')}'
  import { routeConsole } from '${join(import.meta.dirname, 'console.ts')}'
  const undo = routeConsole(createLogger('part'))
  console.warn('The model %s is old\\nPlease migrate', 'writer-1')
  console.error('It failed:', new Error('no way'))
  process.emitWarning('Something is deprecated')
  undo()
  console.log('plain again')
`

test('what libraries write to the console becomes lines of the log', async () => {
  const run = Bun.spawn([process.execPath, '-e', script], { stdout: 'pipe', stderr: 'pipe' })
  const [out, err] = await Promise.all([
    new Response(run.stdout).text(),
    new Response(run.stderr).text(),
    run.exited,
  ])
  expect(err).toBe('')
  const lines = out.trim().split('\n')
  expect(lines.pop()).toBe('plain again')
  expect(lines.map((line): unknown => JSON.parse(line))).toEqual([
    expect.objectContaining({ level: 'warn', msg: 'The model writer-1 is old\nPlease migrate' }),
    expect.objectContaining({ level: 'error', err: expect.objectContaining({ message: 'no way' }) }),
    expect.objectContaining({ level: 'warn', msg: 'Something is deprecated' }),
  ])
})
