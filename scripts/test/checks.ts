import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { runQuietly } from './children.ts'
import { migrationsDrift } from './migrations-drift.ts'
import type { SuiteResult } from './result.ts'

/** A check counts as one test; what it says is shown when it fails. */
export interface Check {
  name: string
  run: () => Promise<{ code: number; text: string }>
}

/** The checks over the whole repository that need no server. */
export function repositoryChecks(root: string, env: Record<string, string>): Check[] {
  const script = (name: string): Check => ({
    name,
    run: () => runQuietly([process.execPath, 'run', '--silent', name], { cwd: root, env }),
  })
  return [
    script('typecheck'),
    script('lint'),
    script('format:check'),
    script('deadcode'),
    { name: 'migrations match the tables', run: () => migrationsDrift({ root, env }) },
  ]
}

/** Writes what SvelteKit generates and the pages' tsconfig.json extends: without it no tool can type them. */
export async function preparePages(root: string, env: Record<string, string>): Promise<string> {
  const web = join(root, 'web')
  if (!existsSync(join(web, 'src'))) return 'none'
  const command = [process.execPath, '--bun', 'x', '--no-install', 'svelte-kit', 'sync']
  const answer = await runQuietly(command, { cwd: web, env })
  if (answer.code !== 0) throw new Error(answer.text)
  return 'typed'
}

/** The checks of the pages; none while there are no pages. */
export function webChecks(root: string, env: Record<string, string>): Check[] {
  const web = join(root, 'web')
  if (!existsSync(join(web, 'src'))) return []
  return [
    {
      name: 'svelte-check',
      run: () => runQuietly([process.execPath, '--bun', 'run', '--silent', 'check'], { cwd: web, env }),
    },
  ]
}

/** Runs checks side by side and tells each, in their order. */
export async function runChecks(name: string, checks: Check[]): Promise<SuiteResult> {
  const begun = performance.now()
  let failed = 0
  const outcomes = checks.map(async (check) => {
    const checkBegun = performance.now()
    const outcome = await check.run()
    return { check, outcome, seconds: ((performance.now() - checkBegun) / 1000).toFixed(1) }
  })
  for (const each of outcomes) {
    const { check, outcome, seconds } = await each
    if (outcome.code !== 0) failed += 1
    console.log(`(${outcome.code === 0 ? 'pass' : 'fail'}) ${check.name} [${seconds} s]`)
    if (outcome.code !== 0) console.log(outcome.text.replace(/^/gm, '    '))
  }
  return { name, passed: checks.length - failed, failed, durationMs: performance.now() - begun }
}
