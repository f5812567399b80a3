import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { downloadDebianPackage } from './nats-from-debian.ts'
import { downloadRelease } from './nats-from-release.ts'

export interface NatsBinary {
  program: string
  /** As the server names it, `2.10.27`. */
  version: string
  /** In words: where it came from. */
  origin: string
}

/** Something that can put a nats-server into a folder, and a few words on it. */
export interface NatsSource {
  origin: string
  download: (folder: string) => Promise<string>
}

const SOURCES: NatsSource[] = [
  { origin: 'Debian package', download: downloadDebianPackage },
  { origin: 'release from GitHub', download: downloadRelease },
]

function versionOf(program: string): string | undefined {
  const answer = spawnSync(program, ['--version'], { encoding: 'utf8', timeout: 10_000 })
  return /v(\d+\.\d+\.\d+)/.exec(answer.stdout ?? '')?.[1]
}

function isUsable(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > 2 || (major === 2 && minor >= 9)
}

/**
 * Finds a nats-server 2.9 or later: one downloaded before into `toolsFolder`, one on PATH, else a download, kept in
 * `toolsFolder`. Needs no root. When nothing works, the error lists what was tried and what a person can do.
 */
export async function findNats(options: {
  toolsFolder: string
  path?: string | undefined
  sources?: NatsSource[]
  onDownload?: (origin: string) => void
}): Promise<NatsBinary> {
  const kept = join(options.toolsFolder, 'nats-server')
  if (existsSync(kept)) {
    const version = versionOf(kept)
    if (version && isUsable(version)) return { program: kept, version, origin: 'downloaded before' }
  }
  const onPath = Bun.which('nats-server', options.path === undefined ? {} : { PATH: options.path })
  if (onPath) {
    const version = versionOf(onPath)
    if (version && isUsable(version)) return { program: onPath, version, origin: onPath }
  }
  const failures: string[] = []
  mkdirSync(options.toolsFolder, { recursive: true })
  for (const old of readdirSync(options.toolsFolder).filter((name) => name.startsWith('nats-download-'))) {
    rmSync(join(options.toolsFolder, old), { recursive: true, force: true })
  }
  for (const source of options.sources ?? SOURCES) {
    const folder = mkdtempSync(join(options.toolsFolder, 'nats-download-'))
    try {
      options.onDownload?.(source.origin)
      const program = await source.download(folder)
      const version = versionOf(program)
      if (version === undefined) throw new Error('it does not run here')
      if (!isUsable(version)) throw new Error(`version ${version} is too old`)
      renameSync(program, kept)
      return { program: kept, version, origin: source.origin }
    } catch (error) {
      failures.push(`${source.origin}: ${error instanceof Error ? error.message : String(error)}`)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
  throw new Error(
    [
      'No nats-server was found, and none could be downloaded:',
      ...failures.map((failure) => `  ${failure}`),
      'Do one of these, then start again:',
      '  install nats-server 2.9 or later (apt install nats-server, brew install nats-server)',
      `  put its program at ${kept}`,
      '  set NATS_URL to a running server',
    ].join('\n'),
  )
}
