import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './run.ts'

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg'

/** Options that give apt a state of its own in `folder`: no root, no lock, and the system's lists stay as they are. */
function privateState(folder: string, sourceList?: string): string[] {
  for (const name of ['lists/partial', 'cache/archives/partial'])
    mkdirSync(join(folder, name), { recursive: true })
  const settings = [
    `Dir::State::lists=${join(folder, 'lists')}`,
    `Dir::Cache=${join(folder, 'cache')}`,
    'Dir::State::status=/var/lib/dpkg/status',
    'Debug::NoLocking=1',
    'APT::Sandbox::User=',
    'Acquire::Languages=none',
    'Acquire::http::Timeout=20',
    'Acquire::Retries=1',
    ...(sourceList ? [`Dir::Etc::sourcelist=${sourceList}`, 'Dir::Etc::sourceparts=-'] : []),
  ]
  return settings.flatMap((setting) => ['-o', setting])
}

async function downloadAndUnpack(folder: string, settings: string[]): Promise<string> {
  await run(['apt-get', ...settings, 'download', 'nats-server'], { cwd: folder })
  const file = readdirSync(folder).find((name) => name.endsWith('.deb'))
  if (!file) throw new Error('apt-get downloaded nothing')
  await run(['dpkg-deb', '-x', file, 'unpacked'], { cwd: folder })
  for (const place of ['usr/sbin/nats-server', 'usr/bin/nats-server']) {
    const program = join(folder, 'unpacked', place)
    if (existsSync(program)) return program
  }
  throw new Error('the package holds no nats-server')
}

/** Debian 13's server, newer than that of older systems, whose libc suffices for it. */
async function fromTrixie(folder: string): Promise<string> {
  if (!existsSync(KEYRING)) throw new Error(`no ${KEYRING}`)
  const list = join(folder, 'sources.list')
  writeFileSync(list, `deb [signed-by=${KEYRING}] http://deb.debian.org/debian trixie main\n`)
  const settings = privateState(folder, list)
  await run(['apt-get', ...settings, 'update'], { cwd: folder })
  const program = await downloadAndUnpack(folder, settings)
  await run([program, '--version'], { cwd: folder })
  return program
}

/** The system's own sources, read anew into a private state. */
async function fromOwnSources(folder: string): Promise<string> {
  const settings = privateState(folder)
  await run(['apt-get', ...settings, 'update'], { cwd: folder })
  return downloadAndUnpack(folder, settings)
}

/** Gets nats-server out of a Debian (or Ubuntu) package without installing it; returns the program's path. */
export async function downloadDebianPackage(folder: string): Promise<string> {
  if (!Bun.which('apt-get') || !Bun.which('dpkg-deb')) throw new Error('this system has no apt')
  const ways = [fromTrixie, (place: string) => downloadAndUnpack(place, []), fromOwnSources]
  const failures: string[] = []
  for (const [index, way] of ways.entries()) {
    const place = join(folder, String(index))
    mkdirSync(place)
    try {
      return await way(place)
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error))
    }
  }
  throw new Error([...new Set(failures)].join('; '))
}
