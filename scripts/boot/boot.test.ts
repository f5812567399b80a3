import { expect, test } from 'bun:test'
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bunPlaces } from './bun.mjs'
import { handOver } from './hand-over.mjs'
import { withLock } from './lock.mjs'
import { installationStamp } from './packages.mjs'
import { progressTo } from './progress.mjs'

test('Bun is looked for where its install script puts it, and where it stays without one', () => {
  const list = (folder: string) =>
    folder.endsWith('@oven') ? ['bun-linux-x64', 'bun-linux-x64-baseline'] : []
  expect(bunPlaces('/tools', list)).toEqual([
    '/tools/node_modules/.bin/bun',
    '/tools/node_modules/@oven/bun-linux-x64/bin/bun',
    '/tools/node_modules/@oven/bun-linux-x64-baseline/bin/bun',
  ])
})

test('another lockfile, patch, Bun or platform means another installation', () => {
  const base = { lockfile: 'a', patches: [], bunVersion: '1.4.5', platform: 'linux-x64' }
  const stamps = [
    base,
    { ...base, lockfile: 'b' },
    { ...base, patches: [Buffer.from('a')] },
    { ...base, bunVersion: '1.4.6' },
    { ...base, platform: 'linux-arm64' },
  ]
  expect(new Set(stamps.map(installationStamp)).size).toBe(5)
  expect(installationStamp({ ...base })).toBe(installationStamp(base))
})

test('a lock lets one process in at a time', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'quillworks-lock-'))
  const order = join(folder, 'order')
  try {
    const other = `import { appendFileSync } from 'node:fs'
      import { withLock } from '${import.meta.dirname}/lock.mjs'
      await withLock({ folder: '${folder}', name: 'boot' }, async () => appendFileSync('${order}', 'second'))`
    const child = await withLock({ folder, name: 'boot' }, async () => {
      const started = Bun.spawn([process.execPath, '-e', other])
      while (!existsSync(join(folder, `boot.lock.${started.pid}`))) await Bun.sleep(1)
      appendFileSync(order, 'first ')
      return started
    })
    expect(await child.exited).toBe(0)
    expect(readFileSync(order, 'utf8')).toBe('first second')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('the lock of a dead process is taken over', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'quillworks-lock-'))
  try {
    const code = `import { withLock } from '${import.meta.dirname}/lock.mjs'
      await withLock({ folder: '${folder}', name: 'boot' }, async () => process.kill(process.pid, 'SIGKILL'))`
    expect(await Bun.spawn([process.execPath, '-e', code]).exited).toBe(137)
    expect(existsSync(join(folder, 'boot.lock'))).toBe(true)
    expect(await withLock({ folder, name: 'boot' }, () => Promise.resolve('done'))).toBe('done')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('the exit code of the program is ours, and a signal that ended it is in it', async () => {
  const run = (script: string) =>
    handOver({ program: '/bin/sh', args: ['-c', script], cwd: '/', env: { PATH: '/usr/bin:/bin' } })
  expect(await run('exit 7')).toBe(7)
  expect(await run('kill -TERM $$')).toBe(143)
})

test('a step tells what it does and then what came of it; a failed one is left to the caller', async () => {
  let text = ''
  const progress = progressTo({ isTTY: false, write: (part: string) => Boolean((text += part)) })
  expect(
    await progress.step(
      'Counting',
      (n) => `Counted to ${n}`,
      () => Promise.resolve(3),
    ),
  ).toBe(3)
  expect(text).toMatch(/^ {2}Counting …\n✓ Counted to 3 {2}\d+\.\d s\n$/)
  const failing = progress.step(
    'Failing',
    () => 'never',
    () => Promise.reject(new Error('why')),
  )
  await expect(failing).rejects.toThrow('why')
  expect(text).not.toContain('never')
})
