import type { Address } from '../ui/url-state.ts'
import type { AuditEntry } from './audit.documents.ts'

/** What was done, in words; a deed that is not listed here is shown by its code. */
export const deeds: Record<string, string> = {
  'user.signed_in': 'Signed in',
  'user.sign_in_failed': 'Failed to sign in',
  'user.password_changed': 'Changed their password',
  'user.sessions_ended': 'Ended sessions',
  'user.session_ended': 'Ended a session',
  'organization.created': 'Made the organization',
  'organization.renamed': 'Renamed the organization',
  'invitation.created': 'Invited',
  'invitation.accepted': 'Accepted an invitation',
  'invitation.canceled': 'Took back an invitation',
  'member.joined': 'Joined',
  'member.role_changed': 'Changed a role',
  'member.removed': 'Removed a member',
  'project.created': 'Made a project',
  'project.renamed': 'Renamed a project',
  'project.archived': 'Archived a project',
  'project.unarchived': 'Took a project back into use',
  'project.member_added': 'Added to a project',
  'project.member_removed': 'Took out of a project',
  'api_key.created': 'Made an API key',
  'api_key.revoked': 'Revoked an API key',
  'provider_key.set': 'Set a provider key',
  'provider_key.deleted': 'Deleted a provider key',
  'model_price.set': 'Set a price of a model',
  'model_price.removed': 'Went back to a usual price',
  'prompt_policy.set': 'Set the rules for labels',
  'label_move.requested': 'Asked to move a label',
  'label_move.approved': 'Approved a move of a label',
  'label_move.rejected': 'Rejected a move of a label',
  'label_move.withdrawn': 'Took back a move of a label',
  'library_prompt.overridden': 'Overrode a library prompt',
  'library_prompt.restored': 'Went back to a built-in prompt',
}

/** Who did it. A sign-in that failed proved nothing: its account is what was tried, and not who tried. */
export function actorText({ action, actor }: Pick<AuditEntry, 'action' | 'actor'>): string {
  if (action === 'user.sign_in_failed') return 'Not known'
  return actor.name ?? 'Somebody who has left'
}

export function deedText(action: string): string {
  return deeds[action] ?? action
}

/** What a deed was done with, in a few words: `role member`, `My workspace → Workshop`; people by their names. */
export function detailText(details: unknown, people: ReadonlyMap<string, string> = new Map()): string {
  if (typeof details !== 'object' || details === null) return ''
  const { from, to, userId, times, ...rest } = details as Record<string, unknown>
  const change = from !== undefined && to !== undefined ? [`${wordOf(from)} → ${wordOf(to)}`] : []
  const others = Object.entries({ ...rest, ...(change.length === 0 && { from, to }) })
    .filter(([, value]) => value !== undefined && value !== null && value !== '')
    .map(([name, value]) => `${name} ${wordOf(value)}`)
  const person = typeof userId === 'string' ? [people.get(userId) ?? 'somebody who has left'] : []
  const often = typeof times === 'number' ? [`${times} times`] : []
  return [...person, ...change, ...others, ...often].join(', ')
}

function wordOf(value: unknown): string {
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value.join(' ')
  return typeof value === 'string' ? value : JSON.stringify(value)
}

const dayPattern = /^\d{4}-\d{2}-\d{2}$/

/** A day of the address as a moment in UTC; `after` takes the one after it, so that the day counts whole. */
function momentOf(day: string | null, after: boolean): string | null {
  if (day === null || !dayPattern.test(day)) return null
  const at = new Date(`${day}T00:00:00Z`)
  if (Number.isNaN(at.getTime())) return null
  if (after) at.setUTCDate(at.getUTCDate() + 1)
  return at.toISOString()
}

/** What the log is narrowed to by an address: `?action=…&who=…&from=2026-03-01&to=2026-03-10`. */
export function auditFilterOf(url: Address) {
  const actions = url.searchParams.getAll('action')
  return {
    action: actions.length > 0 ? actions : null,
    userId: url.searchParams.get('who'),
    from: momentOf(url.searchParams.get('from'), false),
    to: momentOf(url.searchParams.get('to'), true),
  }
}
