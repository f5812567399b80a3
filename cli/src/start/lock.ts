import { Database } from 'bun:sqlite'
import { join } from 'node:path'
import { waitUntil } from '@quillworks/local-servers/processes'
import { readRuntime } from './runtime.ts'
import { startError } from './start-error.ts'

/**
 * Tries to take a lock that the kernel gives back when its holder dies, however it dies. Node and Bun have no flock, but
 * SQLite holds one on its file for as long as an exclusive transaction is open. Gives the release, or nothing.
 */
export function tryLock(file: string): (() => void) | undefined {
  const database = new Database(file, { create: true })
  try {
    database.run('begin exclusive')
    return () => database.close()
  } catch (error) {
    database.close()
    if ((error as { code?: string }).code !== 'SQLITE_BUSY') throw error
    return undefined
  }
}

const MOMENT_MS = 2_000
const STOPPING_MS = 40_000

/**
 * Makes this the only start on a data folder. One that is about to end is waited for: its supervisor sees only after a
 * moment that the command which started it was killed.
 */
export async function lockDataFolder(folder: string): Promise<() => void> {
  let release: (() => void) | undefined
  const take = () => (release = tryLock(join(folder, 'lock'))) !== undefined
  await waitUntil({ condition: take, timeoutMs: MOMENT_MS, everyMs: 50 })
  if (!release && readRuntime(folder)?.stopping) {
    await waitUntil({ condition: take, timeoutMs: STOPPING_MS, everyMs: 50 })
  }
  if (release) return release
  const holder = readRuntime(folder)
  const which = holder ? ` (pid ${holder.pid}${holder.url ? `, ${holder.url}` : ''})` : ''
  throw startError(
    'data_folder_in_use',
    `Quillworks already runs on the data folder ${folder}${which}: stop it first, or use another folder with --data.`,
  )
}
