import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { lastLines, run } from './run.mjs'

/**
 * Names what an installation was made from; another stamp means another installation.
 * @param {{ lockfile: string | Buffer, bunVersion: string, platform: string }} options
 */
export function installationStamp({ lockfile, bunVersion, platform }) {
  return createHash('sha256').update(`${bunVersion} ${platform}\n`).update(lockfile).digest('hex')
}

/**
 * The packages that the lockfile names: whether exactly those are installed, and how they get there.
 * @param {{ root: string, bunVersion: string }} options
 */
export function packagesOf({ root, bunVersion }) {
  const stampFile = join(root, 'node_modules/.quillworks-installation')
  const lockfile = readFileSync(join(root, 'bun.lock'))
  const stamp = installationStamp({ lockfile, bunVersion, platform: `${process.platform}-${process.arch}` })
  return {
    areInstalled: () => existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp,
    /** @param {{ bun: string, progress: import('./progress.mjs').Progress }} options */
    install: ({ bun, progress }) =>
      progress.step(
        'Installing packages',
        () => 'Packages installed',
        async () => {
          const answer = await run({ program: bun, args: ['install', '--frozen-lockfile'], cwd: root })
          if (answer.code !== 0)
            throw new Error(`The packages could not be installed:\n${lastLines(answer.text)}`)
          writeFileSync(stampFile, stamp)
        },
      ),
  }
}
