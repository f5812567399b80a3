#!/usr/bin/env node
// The first thing that runs on a fresh machine: Node's built-in modules only, no dependency, no TypeScript.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bringBun, findBun } from './boot/bun.mjs'
import { handOver } from './boot/hand-over.mjs'
import { packagesOf } from './boot/packages.mjs'
import { progressTo } from './boot/progress.mjs'
import { withLock } from './boot/lock.mjs'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')

/** What each command hands over to, run by Bun. */
const PROGRAMS = {
  start: ['cli/src/main.ts', 'start'],
  test: ['scripts/test.ts'],
  cli: ['cli/src/main.ts'],
}

/** @param {string | undefined} name @returns {name is keyof typeof PROGRAMS} */
function isCommand(name) {
  return name !== undefined && Object.hasOwn(PROGRAMS, name)
}

async function main() {
  const [command, ...rest] = process.argv.slice(2)
  if (!isCommand(command))
    throw new Error(`usage: node scripts/boot.mjs ${Object.keys(PROGRAMS).join('|')} …`)
  const [major = 0] = process.versions.node.split('.').map(Number)
  if (major < 20) throw new Error(`Quillworks needs Node 20 or newer, and this is ${process.versions.node}.`)

  const startedAt = Date.now()
  // The output of `quillworks` may be read by a program, so it holds nothing of ours.
  const progress = progressTo(command === 'cli' ? process.stderr : process.stdout)
  const version = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).devDependencies['bun-types']
  const toolsFolder = join(root, '.tools')
  const packages = packagesOf({ root, bunVersion: version })
  let bun = await findBun({ version, toolsFolder })
  if (!bun || !packages.areInstalled()) {
    bun = await withLock({ folder: toolsFolder, name: 'boot' }, async () => {
      const found =
        (await findBun({ version, toolsFolder })) ?? (await bringBun({ version, toolsFolder, progress }))
      if (!packages.areInstalled()) await packages.install({ bun: found, progress })
      return found
    })
  }
  const [program = '', ...words] = PROGRAMS[command]
  if (!existsSync(join(root, program))) throw new Error(`${program} is missing from ${root}.`)
  process.exitCode = await handOver({
    program: bun,
    args: [join(root, program), ...words, ...rest],
    cwd: root,
    env: {
      ...process.env,
      PATH: `${dirname(bun)}:${process.env['PATH'] ?? ''}`,
      QUILLWORKS_BOOT: `${process.pid}:${startedAt}`,
    },
  })
}

main().catch((error) => {
  process.stderr.write(`✗ ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
})
