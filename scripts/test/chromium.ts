import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { runQuietly } from './children.ts'
import { chosenChromium, testEnvironment } from './config.ts'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome']
const APPLICATIONS = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/** One way to come by a Chromium. */
export interface ChromiumSource {
  name: string
  /** The program's path, or nothing when this way leads nowhere. */
  find: () => Promise<string | undefined>
}

function installed(): string | undefined {
  const onPath = NAMES.map((name) => Bun.which(name)).find((path) => path !== null)
  return onPath ?? APPLICATIONS.find((path) => existsSync(path))
}

function fromPlaywright(): string | undefined {
  for (const cache of [
    join(homedir(), '.cache/ms-playwright'),
    join(homedir(), 'Library/Caches/ms-playwright'),
  ]) {
    if (!existsSync(cache)) continue
    const pattern =
      'chromium*/chrome-*/{chrome,headless_shell,chrome-headless-shell,Chromium.app/Contents/MacOS/Chromium}'
    const found = [...new Bun.Glob(pattern).scanSync({ cwd: cache, onlyFiles: true })].sort().at(-1)
    if (found) return join(cache, found)
  }
  return undefined
}

/** All ways, in the order in which they are tried. */
function chromiumSources(root: string): ChromiumSource[] {
  const env = testEnvironment({ DEBIAN_FRONTEND: 'noninteractive' })
  const quietly = (command: string[]) => runQuietly(command, { cwd: root, env })
  return [
    { name: 'an installed Chromium or Chrome on PATH', find: async () => installed() },
    { name: 'a Chromium that Playwright downloaded before', find: async () => fromPlaywright() },
    {
      name: 'the package of Debian or Ubuntu (root and apt-get: apt-get install chromium)',
      find: async () => {
        if (process.getuid?.() !== 0 || !Bun.which('apt-get')) return undefined
        console.log('Installing the chromium package …')
        await quietly(['apt-get', 'update'])
        await quietly(['apt-get', 'install', '-y', '--no-install-recommends', 'chromium'])
        return installed()
      },
    },
    {
      name: "Playwright's download (needs its CDN)",
      find: async () => {
        console.log('Downloading Chromium by Playwright …')
        const cli = join(root, 'e2e/node_modules/playwright-core/cli.js')
        await quietly([process.execPath, cli, 'install', 'chromium-headless-shell'])
        return fromPlaywright()
      },
    },
  ]
}

async function runs(path: string): Promise<boolean> {
  if (!existsSync(path)) return false
  const answer = await runQuietly([path, '--version'], { cwd: '/', env: testEnvironment({}) })
  return answer.code === 0
}

/** Finds or gets a Chromium that runs; `CHROMIUM_PATH` rules. Fails with the list of ways when none leads to one. */
export async function findChromium(options: {
  sources: ChromiumSource[]
  chosen?: string | undefined
}): Promise<string> {
  if (options.chosen) {
    if (await runs(options.chosen)) return options.chosen
    throw new Error(`CHROMIUM_PATH is ${options.chosen}, and no Chromium runs from there.`)
  }
  for (const source of options.sources) {
    const path = await source.find()
    if (path && (await runs(path))) return path
  }
  throw new Error(
    ['No Chromium was found, which the tests of the pages need. Tried:']
      .concat(options.sources.map((source) => `  ${source.name}`))
      .concat('Install one, or set CHROMIUM_PATH to the program.')
      .join('\n'),
  )
}

/** The Chromium for this run. */
export function chromiumFor(root: string): Promise<string> {
  return findChromium({ sources: chromiumSources(root), chosen: chosenChromium() })
}
