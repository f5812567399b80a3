import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { findNats } from '@quillworks/local-servers/nats-binary'
import { startSharedPostgres, testPostgresVariable } from '@quillworks/testing/shared-postgres'
import { runBunSuite } from './test/bun-suite.ts'
import { preparePages, repositoryChecks, runChecks, webChecks, type Check } from './test/checks.ts'
import { endChildren } from './test/children.ts'
import { chromiumFor } from './test/chromium.ts'
import { testEnvironment } from './test/config.ts'
import { lastLine, type SuiteResult } from './test/result.ts'

const root = resolve(import.meta.dirname, '..')

function title(text: string): void {
  console.log(`\n── ${text} ${'─'.repeat(Math.max(0, 70 - text.length))}`)
}

/** A set-up that fails is a failed test with its reason, and the other suites still run. */
async function attempt<T>(
  name: string,
  work: () => Promise<T>,
): Promise<{ check: Check; value: T | undefined }> {
  try {
    const value = await work()
    return { value, check: { name: `${name}: ${String(value)}`, run: async () => ({ code: 0, text: '' }) } }
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error)
    return { value: undefined, check: { name, run: async () => ({ code: 1, text }) } }
  }
}

const results: SuiteResult[] = []
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    endChildren()
    process.exit(130)
  })
}

title('set-up')
const postgres = await startSharedPostgres()
const chromium = await attempt('Chromium', () => chromiumFor(root))
const nats = await attempt('nats-server', async () => {
  const binary = await findNats({ toolsFolder: join(root, '.tools') })
  return `${binary.program} (${binary.version})`
})
const env = testEnvironment({
  [testPostgresVariable]: postgres.url,
  ...(chromium.value ? { CHROMIUM_PATH: chromium.value } : {}),
})
try {
  const pages = await attempt('pages', () => preparePages(root, env))
  results.push(await runChecks('set-up', [nats.check, chromium.check, pages.check]))
  title('checks')
  results.push(await runChecks('checks', repositoryChecks(root, env)))
  title('unit and integration')
  const folders = ['packages', 'services', 'gateway', 'cli', 'migrations', 'scripts']
  const hasWebTests = [...new Bun.Glob('web/src/**/*.test.ts').scanSync(root)].length > 0
  if (hasWebTests) folders.push('web/src')
  results.push(await runBunSuite({ name: 'unit and integration', folders, root, env }))
  if (existsSync(join(root, 'web/src'))) {
    title('web')
    results.push(await runChecks('web', webChecks(root, env)))
  }
  title('end to end')
  results.push(await runBunSuite({ name: 'end to end', folders: ['e2e', 'bench'], root, env }))
} finally {
  await postgres.stop()
}

title('result')
for (const { name, passed, failed, durationMs } of results) {
  console.log(
    `${failed === 0 ? '✓' : '✗'} ${name}: ${passed} pass, ${failed} fail, ${(durationMs / 1000).toFixed(1)} s`,
  )
}
process.exitCode = results.some((result) => result.failed > 0) ? 1 : 0
console.log(lastLine(results))
