/** First words of other addresses, which an organization or project would stand in the way of. */
const reserved = new Set([
  'agents',
  'api',
  'context',
  'design',
  'documents',
  'executions',
  'graphql',
  'healthz',
  'invitations',
  'mcp',
  'metrics',
  'plans',
  'prompts',
  'readyz',
  'settings',
  'sign-in',
  'status',
  'usage',
  'workflows',
])

/** The part of a URL that names a project: its name in plain letters, with a number from the second of that name on. */
export function slugOf(name: string, number: number): string {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60)
  const base = plain || 'project'
  return number > 1 || reserved.has(base) ? `${base}-${number}` : base
}
