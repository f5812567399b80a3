import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import type { PostgresBinaries } from './postgres-binaries.ts'
import { canEnter, unprivilegedUser, type SystemUser } from './unprivileged-user.ts'

/** Where a cluster really lies and whom its processes run as (undefined: the current user). */
export interface ClusterPlace {
  folder: string
  user: SystemUser | undefined
}

/** Root's own folders are closed to Postgres; its files then lie here, and a link stays in the data folder. */
const OUTSIDE = '/var/lib/quillworks'

/**
 * Decides where the cluster asked for at `folder` lies. It is `folder` itself, unless the process is root and the
 * user that Postgres runs as cannot enter it: then a folder of its own under /var/lib/quillworks.
 */
export function placeCluster(folder: string): ClusterPlace {
  const asked = resolve(folder)
  mkdirSync(dirname(asked), { recursive: true })
  return lstatSync(asked, { throwIfNoEntry: false }) ? knownPlace(asked) : newPlace(asked)
}

function knownPlace(asked: string): ClusterPlace {
  if (!existsSync(asked)) {
    const gone = readlinkSync(asked)
    throw new Error(
      `The data of ${asked} lay in ${gone}, which is gone: bring it back, or start anew with --reset.`,
    )
  }
  const folder = realpathSync(asked)
  const { uid, gid } = statSync(folder)
  const user = process.getuid?.() === 0 && uid !== 0 ? { uid, gid } : unprivilegedUser()
  if (!canEnter({ folder: dirname(folder), user })) {
    throw new Error(
      `The user that Postgres runs as (${user?.uid}) cannot enter ${dirname(folder)}: move the data folder.`,
    )
  }
  return { folder, user }
}

function newPlace(asked: string): ClusterPlace {
  const parent = realpathSync(dirname(asked))
  const user = unprivilegedUser()
  if (canEnter({ folder: parent, user })) return { folder: join(parent, basename(asked)), user }
  const folder = join(OUTSIDE, `postgres-${createHash('sha256').update(asked).digest('hex').slice(0, 16)}`)
  rmSync(folder, { recursive: true, force: true })
  // Before the link: from then on one that leads nowhere means that data were lost.
  mkdirSync(folder, { recursive: true })
  symlinkSync(folder, asked)
  return { folder, user }
}

/** Removes a cluster with all its rows, wherever it lies. No server may be running on it. */
export function removeCluster(folder: string): void {
  const entry = lstatSync(folder, { throwIfNoEntry: false })
  if (entry?.isSymbolicLink() && existsSync(folder)) rmSync(realpathSync(folder), { recursive: true })
  rmSync(folder, { recursive: true, force: true })
}

/** The environment of Postgres's programs: nothing of the caller's locale or PG* variables gets in. */
export const POSTGRES_ENVIRONMENT = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }

function ownedFolder(folder: string, user: SystemUser | undefined): void {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { mode: 0o700 })
  if (user) chownSync(folder, user.uid, user.gid)
}

/** Makes the cluster if it is not there yet: UTF-8, the builtin C.UTF-8 order, passwords only. Atomic by a rename. */
export function initializeCluster(options: {
  place: ClusterPlace
  binaries: PostgresBinaries
  owner: string
  ownerPassword: string
  durable: boolean
}): void {
  const { place, binaries } = options
  const versionFile = join(place.folder, 'PG_VERSION')
  if (existsSync(versionFile)) {
    const major = readFileSync(versionFile, 'utf8').trim()
    if (major === binaries.version.split('.')[0]) return
    throw new Error(
      `${place.folder} was made by Postgres ${major}, and this is ${binaries.version}: export with the version that made it, then import.`,
    )
  }
  const unfinished = `${place.folder}.new`
  const secrets = mkdtempSync(join(tmpdir(), 'quillworks-initdb-'))
  try {
    ownedFolder(unfinished, place.user)
    const passwordFile = join(secrets, 'password')
    writeFileSync(passwordFile, options.ownerPassword, { mode: 0o600 })
    if (place.user)
      for (const path of [secrets, passwordFile]) chownSync(path, place.user.uid, place.user.gid)
    const answer = spawnSync(
      binaries.initdb,
      [
        '--auth=scram-sha-256',
        `--username=${options.owner}`,
        `--pwfile=${passwordFile}`,
        '--encoding=UTF8',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--locale=C',
        ...(options.durable ? [] : ['--no-sync']),
        unfinished,
      ],
      { ...place.user, cwd: '/', env: POSTGRES_ENVIRONMENT, encoding: 'utf8' },
    )
    if (answer.status !== 0) {
      throw new Error(
        `Postgres could not make ${place.folder}: ${answer.stderr?.trim() || String(answer.error)}`,
      )
    }
    // Onto nothing, or onto an empty folder.
    renameSync(unfinished, place.folder)
  } finally {
    rmSync(secrets, { recursive: true, force: true })
  }
}
