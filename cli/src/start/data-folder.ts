import { randomBytes } from 'node:crypto'
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { removeCluster } from '@quillworks/local-servers/postgres-cluster'
import { startError } from './start-error.ts'

/** Where a local start keeps everything. */
export interface DataFolder {
  path: string
  postgres: string
  nats: string
  /** Marks of running processes, for the next start after a kill. */
  running: string
  logFile(name: string): string
}

/** Makes the folder if it is not there; fails with one sentence that names it when it cannot be used. */
export function openDataFolder(path: string): DataFolder {
  try {
    if (existsSync(path) && !statSync(path).isDirectory()) throw new Error('it is not a folder')
    mkdirSync(path, { recursive: true })
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK)
    for (const name of ['logs', 'running']) mkdirSync(join(path, name), { recursive: true })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw startError('data_folder_unusable', `The data folder ${path} cannot be used: ${reason}.`, error)
  }
  return {
    path,
    postgres: join(path, 'postgres'),
    nats: join(path, 'nats'),
    running: join(path, 'running'),
    logFile: (name) => join(path, 'logs', `${name}.log`),
  }
}

/** The deployment's secret: the given one, else the folder's own, made at the first start and readable by its owner only. */
export function secretOf(folder: DataFolder, given: string): string {
  if (given) return given
  const file = join(folder.path, 'secret')
  if (!existsSync(file)) {
    const unfinished = `${file}.${process.pid}`
    writeFileSync(unfinished, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600 })
    renameSync(unfinished, file)
  }
  const secret = readFileSync(file, 'utf8').trim()
  if (secret.length < 32)
    throw startError('secret_damaged', `${file} does not hold a secret of 32 characters.`)
  return secret
}

/** Removes all that earlier starts kept in the folder. Nothing may be running on it. */
export function emptyDataFolder(folder: DataFolder): void {
  removeCluster(folder.postgres)
  for (const name of readdirSync(folder.path)) {
    if (!name.startsWith('lock')) rmSync(join(folder.path, name), { recursive: true, force: true })
  }
  openDataFolder(folder.path)
}

const MAX_LOG_BYTES = 10 * 1024 * 1024

/** Puts a log that has grown large aside; one older log is kept. */
export function rotateLog(file: string): void {
  if (existsSync(file) && statSync(file).size > MAX_LOG_BYTES) renameSync(file, `${file}.1`)
}
