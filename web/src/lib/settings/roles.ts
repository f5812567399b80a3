import type { Viewer } from '../frame/viewer.documents.ts'

export type Role = Viewer['organization']['role']

/** From the one who may most; each with what it may do in one sentence. */
export const roles: { role: Role; name: string; may: string }[] = [
  { role: 'owner', name: 'Owner', may: 'Does everything an admin may, and makes and ends other owners.' },
  {
    role: 'admin',
    name: 'Admin',
    may: 'Manages members, API keys, keys of model providers and the organization, and reads the audit log.',
  },
  { role: 'member', name: 'Member', may: 'Writes and runs prompts, and makes projects and own API keys.' },
  { role: 'viewer', name: 'Viewer', may: 'Reads what is shared with the organization, and changes nothing.' },
]

export function roleName(role: Role): string {
  return roles.find((each) => each.role === role)?.name ?? role
}

/** What a role may do, as a sentence of its own: `A member writes and runs prompts …`. */
export function roleSentence(role: Role | undefined): string {
  const known = roles.find((each) => each.role === role)
  if (!known) return ''
  const article = /^[AO]/.test(known.name) ? 'An' : 'A'
  return `${article} ${known.name.toLowerCase()} ${startSmall(known.may)}`
}

/** The same text, to go on with inside a sentence. */
function startSmall(text: string): string {
  return text.replace(/^./, (letter) => letter.toLowerCase())
}

/** May change members, keys and the organization itself. */
export function isAdmin(role: Role): boolean {
  return role === 'owner' || role === 'admin'
}

/** May change anything at all. */
export function mayWrite(role: Role): boolean {
  return role !== 'viewer'
}

/** What a viewer is told where others do something, such as `running prompts`. */
export function readerSentence(doing: string): string {
  return `You can read here; ${doing} needs the role Member.`
}

/** The roles that somebody may give: only an owner makes owners. */
export function rolesToGive(own: Role): Role[] {
  return roles.map(({ role }) => role).filter((role) => role !== 'owner' || own === 'owner')
}
