/** What an API key can be allowed, in the words of who gives it. */
export const scopes: { scope: string; name: string; may: string }[] = [
  {
    scope: 'prompts:read',
    name: 'Read prompts',
    may: 'Prompts, snippets and variables, with their versions.',
  },
  { scope: 'prompts:write', name: 'Write prompts', may: 'Create, change, archive and delete them.' },
  {
    scope: 'executions:read',
    name: 'Read executions',
    may: 'Runs with their texts, events and cost; models.',
  },
  { scope: 'executions:write', name: 'Run prompts', may: 'Start runs, send messages, stop and retry.' },
  { scope: 'identity:read', name: 'Read the organization', may: 'Members and projects.' },
  {
    scope: 'identity:write',
    name: 'Manage the organization',
    may: 'Members, projects and keys, as far as your role goes.',
  },
]

export const everything = '*'

/** The scopes of a key in words: `Everything`, `Read prompts, Run prompts`. */
export function scopeText(given: readonly string[]): string {
  if (given.includes(everything)) return 'Everything'
  return given.map((scope) => scopes.find((each) => each.scope === scope)?.name ?? scope).join(', ')
}

/** A first request that a key with these scopes may make, for a shell. */
export function exampleRequest(input: { url: string; key: string; scopes: readonly string[] }): string {
  const may = (scope: string) => input.scopes.includes(everything) || input.scopes.includes(scope)
  const query = may('prompts:read')
    ? '{ prompts(first: 5) { edges { node { id title } } } }'
    : may('executions:read')
      ? '{ executions(first: 5) { edges { node { id status } } } }'
      : may('identity:read')
        ? '{ viewer { organization { name } } }'
        : '{ __typename }'
  return [
    `curl ${input.url}/graphql \\`,
    `  -H 'authorization: Bearer ${input.key}' \\`,
    `  -H 'content-type: application/json' \\`,
    `  -d '{"query": "${query}"}'`,
  ].join('\n')
}
