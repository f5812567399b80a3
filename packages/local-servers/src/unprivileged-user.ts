import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

export interface SystemUser {
  uid: number
  gid: number
}

/** Reads the ids of the first of `names` that /etc/passwd lists. */
export function findUser(passwd: string, names: string[]): SystemUser | undefined {
  for (const name of names) {
    const fields = passwd
      .split('\n')
      .find((line) => line.startsWith(`${name}:`))
      ?.split(':')
    if (fields?.[2] && fields[3]) return { uid: Number(fields[2]), gid: Number(fields[3]) }
  }
  return undefined
}

/** Postgres refuses to run as root: as root it runs as this user, else (undefined) as the current one. */
export function unprivilegedUser(): SystemUser | undefined {
  if (process.getuid?.() !== 0) return undefined
  const user = findUser(readFileSync('/etc/passwd', 'utf8'), ['postgres', 'nobody'])
  if (!user)
    throw new Error('Postgres cannot run as root, and there is no user "postgres" or "nobody" to run it as.')
  return user
}

/** True when `user` may go into the folder: it or one above it may be closed to others, as /root is. */
export function canEnter(options: { folder: string; user: SystemUser | undefined }): boolean {
  const { folder, user } = options
  return (
    spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], { ...user, cwd: '/', stdio: 'ignore' }).status === 0
  )
}
