import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** @param {number} pid */
function isRunning(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** @param {string} lock */
function holder(lock) {
  try {
    return Number(readFileSync(join(lock, 'pid'), 'utf8'))
  } catch {
    return undefined
  }
}

/**
 * Runs `work` while no other process does so under the same name; a holder that died is replaced.
 * @template T
 * @param {{ folder: string, name: string }} options
 * @param {() => Promise<T>} work
 */
export async function withLock({ folder, name }, work) {
  const lock = join(folder, `${name}.lock`)
  const mine = `${lock}.${process.pid}`
  mkdirSync(folder, { recursive: true })
  rmSync(mine, { recursive: true, force: true })
  mkdirSync(mine)
  writeFileSync(join(mine, 'pid'), String(process.pid))
  try {
    for (;;) {
      try {
        // A folder cannot be renamed onto one that is not empty, so one process wins.
        renameSync(mine, lock)
        break
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? error.code : undefined
        if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error
        const pid = holder(lock)
        if (pid === undefined || isRunning(pid)) await sleep(100)
        else rmSync(lock, { recursive: true, force: true })
      }
    }
    try {
      return await work()
    } finally {
      rmSync(lock, { recursive: true, force: true })
    }
  } finally {
    rmSync(mine, { recursive: true, force: true })
  }
}
