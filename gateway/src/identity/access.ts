import { AppError } from '@quillworks/service-kit/errors'
import { createAccessControl } from 'better-auth/plugins/access'
import { defaultStatements } from 'better-auth/plugins/organization/access'
import type { MemberRole } from './organizations/organizations.table.ts'

const statements = {
  ...defaultStatements,
  project: ['create', 'update'],
  apiKey: ['create', 'read', 'update', 'delete'],
  audit: ['read'],
} as const

export const accessControl = createAccessControl(statements)

const manages = {
  member: ['create', 'update', 'delete'],
  invitation: ['create', 'cancel'],
  project: ['create', 'update'],
  apiKey: ['create', 'read', 'update', 'delete'],
  audit: ['read'],
} satisfies { [S in keyof typeof statements]?: (typeof statements)[S][number][] }

/** What each role may do to the organization itself; content is ruled by scopes and row level security. */
export const memberAbilities = {
  owner: accessControl.newRole({ ...manages, organization: ['update', 'delete'] }),
  admin: accessControl.newRole({ ...manages, organization: ['update'] }),
  member: accessControl.newRole({ project: ['create', 'update'], apiKey: ['create'] }),
  viewer: accessControl.newRole({ project: [] }),
}

type Subject = 'organization' | 'member' | 'invitation' | 'project' | 'apiKey' | 'audit'

export function roleAllows(role: MemberRole, subject: Subject, action: string): boolean {
  return memberAbilities[role].authorize({ [subject]: [action] }).success
}

/** Refuses with `auth.forbidden` what the role does not allow. */
export function requireAbility(role: string, subject: Subject, action: string): void {
  const known = role in memberAbilities ? (role as MemberRole) : undefined
  if (known && roleAllows(known, subject, action)) return
  throw new AppError(
    'auth.forbidden',
    'Your role in this organization does not allow that. Ask one of its admins.',
  )
}
