import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { failed, type Finding, ok, reasonOf, warning } from './finding.ts'

/** The Bun that runs this against the pinned one, and the Node that `npm start` needs. */
export function checkPrograms(pinnedBun: string): Finding[] {
  const bun =
    Bun.version === pinnedBun
      ? ok('Bun', Bun.version)
      : warning(
          'Bun',
          `${Bun.version}, and ${pinnedBun} is the tested one`,
          'Start with npm start, which brings it.',
        )
  const answer = spawnSync('node', ['--version'], { encoding: 'utf8', timeout: 10_000 })
  const version = answer.stdout?.trim().replace(/^v/, '') ?? ''
  const major = Number.parseInt(version, 10)
  const node =
    major >= 20
      ? ok('Node', version)
      : warning(
          'Node',
          version ? `${version} is too old` : 'not found',
          'npm start needs Node 20 or later; bun alone does not.',
        )
  return [bun, node]
}

/** The data folder and the secret in it. */
export function checkDataFolder(input: {
  folder: string
  hasOtherSecret: boolean
  isRemote: boolean
}): Finding[] {
  const { folder } = input
  const check = 'Data folder'
  if (!existsSync(folder)) {
    if (input.isRemote || input.hasOtherSecret)
      return [ok(check, `none at ${folder}; Quillworks runs elsewhere`)]
    return [warning(check, `${folder} does not exist`, 'npm start makes it; --data names another one.')]
  }
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    return [
      failed(
        check,
        `${folder} cannot be used: ${reasonOf(error)}`,
        'Give it to the user who starts Quillworks.',
      ),
    ]
  }
  const findings = [ok(check, folder)]
  const file = join(folder, 'secret')
  if (existsSync(file)) {
    const mode = statSync(file).mode & 0o777
    findings.push(
      (mode & 0o077) === 0
        ? ok('Secret', 'readable by its owner only')
        : failed('Secret', `${file} can be read by others (mode ${mode.toString(8)})`, `chmod 600 ${file}`),
    )
  } else if (!input.hasOtherSecret) {
    findings.push(
      warning('Secret', `none in ${folder}`, 'npm start makes one; QUILLWORKS_SECRET brings your own.'),
    )
  }
  return findings
}

const gib = 1024 ** 3

/** Room for rows and logs where the data folder is or will be. */
export async function checkDisk(folder: string): Promise<Finding> {
  let place = folder
  while (!existsSync(place) && dirname(place) !== place) place = dirname(place)
  const { bavail, bsize } = await statfs(place)
  const free = bavail * bsize
  const detail = `${(free / gib).toFixed(1)} GiB free`
  const advice = `Make room on the disk of ${place}, or put the data elsewhere (--data).`
  if (free < 0.5 * gib) return failed('Disk', detail, advice)
  return free < 3 * gib ? warning('Disk', detail, advice) : ok('Disk', detail)
}
