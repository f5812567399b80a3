import { hasScope, type Identity } from '@quillworks/service-kit/identity'
import { AppError, invalidInput } from '@quillworks/service-kit/errors'

export const keyPrefix = 'qwk_'
export const scopeAreas = ['prompts', 'documents', 'workflows', 'executions', 'agents', 'identity'] as const

/** Everything an API key can be allowed. */
export const knownScopes: readonly string[] = [
  '*',
  ...scopeAreas.flatMap((area) => [`${area}:read`, `${area}:write`]),
]

/** Refuses scopes that do not exist, and those that their giver does not have. */
export function checkScopes(scopes: string[], giver: Identity): void {
  const unknown = scopes.filter((scope) => !knownScopes.includes(scope))
  if (scopes.length === 0 || unknown.length > 0) {
    const message = `Scopes are ${knownScopes.join(', ')}.`
    throw invalidInput([{ path: ['scopes'], message }])
  }
  const beyond = scopes.filter((scope) =>
    scope === '*' ? !giver.scopes.includes('*') : !hasScope(giver, scope),
  )
  if (beyond.length > 0)
    throw new AppError('auth.forbidden', `You cannot give what you do not have: ${beyond.join(', ')}.`)
}

/** Scopes as better-auth keeps permissions: `{ prompts: ['read'] }`. */
export function toPermissions(scopes: string[]): Record<string, string[]> {
  const permissions: Record<string, string[]> = {}
  for (const scope of scopes) {
    const [area = scope, action = '*'] = scope.split(':')
    permissions[area] = [...(permissions[area] ?? []), action]
  }
  return permissions
}

export function fromPermissions(permissions: Record<string, string[]> | null | undefined): string[] {
  return Object.entries(permissions ?? {}).flatMap(([area, actions]) =>
    actions.map((action) => (area === '*' ? '*' : `${area}:${action}`)),
  )
}
