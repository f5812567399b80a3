import { derivePassword } from '@quillworks/service-kit/keys'

/** Role of a service's requests: bound by the tenant policies. */
export function serviceRole(service: string): string {
  return `qw_${service}`
}

/** Role of a service's own background work: sees the listed tables of its schema over all organizations. */
export function systemRole(service: string): string {
  return `qw_${service}_system`
}

/** The password of a role, derived, so that no process has to be told it. */
export function rolePassword(secret: string, role: string): string {
  return derivePassword(secret, `database-role/${role}`)
}
