/** Where one is: the slugs of an organization and of a project in it. Every page's address begins with them. */
export interface Place {
  organization: string
  project: string
}

/** Words that short paths begin with; `/prompts` leads to the prompts of where one was last. */
const placeNames = new Set([
  'prompts',
  'documents',
  'context',
  'workflows',
  'agents',
  'plans',
  'executions',
  'usage',
  'status',
  'settings',
])
/** What else stands at the beginning of an address, so that no organization can. */
const otherNames = new Set([
  'api',
  'design',
  'graphql',
  'healthz',
  'invitations',
  'mcp',
  'metrics',
  'readyz',
  'sign-in',
])

export const isPlaceName = (word: string): boolean => placeNames.has(word)

/** True for what can name an organization or project in an address. */
export function isSlug(word: string): boolean {
  return /^[a-z0-9]+(-[a-z0-9]+)*$/.test(word) && !placeNames.has(word) && !otherNames.has(word)
}

export const placeCookie = 'quillworks-place'

/** The place remembered in a cookie, if it still reads like one. */
export function placeFrom(cookie: string | undefined): Place | undefined {
  const [organization = '', project = '', ...more] = (cookie ?? '').split('/')
  return isSlug(organization) && isSlug(project) && more.length === 0 ? { organization, project } : undefined
}

/** The place of a page's parameters; pages before signing in have none. */
export function placeOf(params: Readonly<Record<string, string | undefined>>): Place | undefined {
  const { organization, project } = params
  return organization !== undefined && project !== undefined ? { organization, project } : undefined
}

/** How the API is told where one is; without a project, it takes the organization's first. */
export function placeHeaders({ organization, project }: Partial<Place> = {}): Record<string, string> {
  return { ...(organization && { 'x-organization': organization }), ...(project && { 'x-project': project }) }
}
