import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { waitUntil } from '@quillworks/local-servers/processes'
import { tryLock } from './lock.ts'
import { startError } from './start-error.ts'

const SOURCES = [
  'src',
  'static',
  'package.json',
  'vite.config.ts',
  'svelte.config.js',
  'tsconfig.json',
  '../bun.lock',
  '../services/prompts/src/contract',
  '../services/prompts/src/template',
  '../services/executions/src/fold.ts',
  '../services/executions/src/contract',
  '../services/executions/src/engine',
]

/** Changes whenever anything that the pages are built from does. */
export function hashOfSources(web: string): string {
  const hash = createHash('sha256')
  const add = (path: string) => {
    const absolute = join(web, path)
    if (!existsSync(absolute)) return
    if (statSync(absolute).isDirectory())
      for (const name of readdirSync(absolute).sort()) add(join(path, name))
    else hash.update(`${path}\0`).update(readFileSync(absolute))
  }
  for (const source of SOURCES) add(source)
  return hash.digest('hex')
}

/** Builds the pages unless they are built from these very sources. Two starts at once build one after the other. */
export async function buildWeb(input: {
  repository: string
  signal: AbortSignal
  onBuild: () => void
}): Promise<'built' | 'kept'> {
  const web = join(input.repository, 'web')
  const stampFile = join(web, 'build/.sources')
  const hash = hashOfSources(web)
  const isBuilt = () =>
    existsSync(join(web, 'build/index.js')) &&
    existsSync(stampFile) &&
    readFileSync(stampFile, 'utf8') === hash
  if (isBuilt()) return 'kept'
  mkdirSync(join(input.repository, '.tools'), { recursive: true })
  let release: (() => void) | undefined
  await waitUntil({
    condition: () => (release ??= tryLock(join(input.repository, '.tools/web-build.lock'))) !== undefined,
    timeoutMs: 180_000,
    everyMs: 100,
  })
  try {
    if (isBuilt()) return 'kept'
    input.onBuild()
    const child = Bun.spawn([process.execPath, '--bun', 'run', 'build'], {
      cwd: web,
      signal: input.signal,
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'pipe',
    })
    const [output, problems] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ])
    input.signal.throwIfAborted()
    if (child.exitCode !== 0) {
      const lines = `${output}\n${problems}`.trim().split('\n').slice(-25)
      throw startError('web_build_failed', `The web pages could not be built:\n${lines.join('\n')}`)
    }
    writeFileSync(stampFile, hash)
    return 'built'
  } finally {
    release?.()
  }
}
