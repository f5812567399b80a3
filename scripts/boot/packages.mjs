import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { lastLines, run } from './run.mjs'

/**
 * Names what an installation was made from; another stamp means another installation. `patches` are the texts that
 * change packages, which the lockfile names and does not hold.
 * @param {{ lockfile: string | Buffer, patches: Buffer[], bunVersion: string, platform: string }} options
 */
export function installationStamp({ lockfile, patches, bunVersion, platform }) {
  const hash = createHash('sha256').update(`${bunVersion} ${platform}\n`).update(lockfile)
  for (const patch of patches) hash.update(patch)
  return hash.digest('hex')
}

/**
 * The packages that the lockfile names: whether exactly those are installed, and how they get there.
 * @param {{ root: string, bunVersion: string }} options
 */
export function packagesOf({ root, bunVersion }) {
  const stampFile = join(root, 'node_modules/.quillworks-installation')
  const lockfile = readFileSync(join(root, 'bun.lock'))
  const folder = join(root, 'patches')
  const patches = existsSync(folder)
    ? readdirSync(folder)
        .sort()
        .map((name) => readFileSync(join(folder, name)))
    : []
  const platform = `${process.platform}-${process.arch}`
  const stamp = installationStamp({ lockfile, patches, bunVersion, platform })
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
