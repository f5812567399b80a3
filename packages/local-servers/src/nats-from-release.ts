import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { run } from './run.ts'

const VERSION = '2.10.27'
const RELEASES = `https://github.com/nats-io/nats-server/releases/download/v${VERSION}`

async function get(url: string): Promise<Uint8Array> {
  const response = await fetch(url, { signal: AbortSignal.timeout(120_000) })
  if (!response.ok) throw new Error(`${url} answered ${response.status}`)
  return new Uint8Array(await response.arrayBuffer())
}

/** The name that NATS's releases give this system. */
function releaseName(): string {
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch
  return `nats-server-v${VERSION}-${process.platform}-${architecture}`
}

/** Downloads the release from GitHub and compares it with the sums published beside it; returns the program's path. */
export async function downloadRelease(folder: string, releases = RELEASES): Promise<string> {
  const name = releaseName()
  const file = `${name}.tar.gz`
  const sums = new TextDecoder().decode(await get(`${releases}/SHA256SUMS`))
  const expected = sums
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .find(([, of]) => of === file)?.[0]
  if (!expected) throw new Error(`there is no ${file}`)
  const archive = await get(`${releases}/${file}`)
  if (createHash('sha256').update(archive).digest('hex') !== expected) throw new Error(`${file} is damaged`)
  await Bun.write(join(folder, file), archive)
  await run(['tar', '-xzf', file], { cwd: folder })
  return join(folder, name, 'nats-server')
}
