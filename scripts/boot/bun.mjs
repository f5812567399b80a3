import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { lastLines, run } from './run.mjs'

/**
 * The places where a Bun that npm installed may lie: its install script moves the program into the `bun` package, and
 * where scripts are not allowed it stays in the package of the platform.
 * @param {string} folder of the `npm install`
 * @param {(folder: string) => string[]} list names the entries of a folder
 */
export function bunPlaces(folder, list) {
  const platform = join(folder, 'node_modules/@oven')
  return [
    join(folder, 'node_modules/.bin/bun'),
    ...list(platform).map((name) => join(platform, name, 'bin/bun')),
  ]
}

/** @param {string} folder */
function namesIn(folder) {
  return existsSync(folder) ? readdirSync(folder) : []
}

/** @param {string} program @param {string} version */
async function isBun(program, version) {
  if (!existsSync(program)) return false
  const answer = await run({ program, args: ['--version'], cwd: '/' })
  return answer.code === 0 && answer.output.trim() === version
}

/**
 * The first Bun of exactly this version among `programs`.
 * @param {string[]} programs @param {string} version
 */
async function firstBun(programs, version) {
  for (const program of programs) if (await isBun(program, version)) return program
  return undefined
}

/** npm itself, as `npm start` says where it is; else the one on PATH. */
function npm() {
  const path = process.env['npm_execpath']
  return path?.endsWith('npm-cli.js')
    ? { program: process.execPath, args: [path] }
    : { program: 'npm', args: [] }
}

/**
 * The pinned Bun: the one kept in the tools folder, or one on PATH.
 * @param {{ version: string, toolsFolder: string }} options
 */
export function findBun({ version, toolsFolder }) {
  const onPath = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean)
  return firstBun(
    [...bunPlaces(join(toolsFolder, `bun-${version}`), namesIn), ...onPath.map((path) => join(path, 'bun'))],
    version,
  )
}

/**
 * Installs the pinned Bun from npm into the tools folder and gives its path.
 * @param {{ version: string, toolsFolder: string, progress: import('./progress.mjs').Progress }} options
 */
export async function bringBun({ version, toolsFolder, progress }) {
  const folder = join(toolsFolder, `bun-${version}`)
  return progress.step(
    `Getting Bun ${version}`,
    () => `Bun ${version} ready`,
    async () => {
      rmSync(folder, { recursive: true, force: true })
      const unfinished = `${folder}.unfinished`
      rmSync(unfinished, { recursive: true, force: true })
      mkdirSync(unfinished, { recursive: true })
      writeFileSync(
        join(unfinished, 'package.json'),
        JSON.stringify({ private: true, allowScripts: { bun: true } }),
      )
      const { program, args } = npm()
      const install = ['install', '--no-audit', '--no-fund', '--no-package-lock', '--prefix', unfinished]
      const answer = await run({ program, args: [...args, ...install, `bun@${version}`], cwd: unfinished })
      if (answer.code !== 0)
        throw new Error(`npm could not install Bun ${version}:\n${lastLines(answer.text)}`)
      renameSync(unfinished, folder)
      const bun = await firstBun(bunPlaces(folder, namesIn), version)
      if (!bun) throw new Error(`Bun ${version} does not run on this machine. ${lastLines(answer.text)}`)
      return bun
    },
  )
}
