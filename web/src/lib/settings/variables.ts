import type { Scope } from './variables.documents.ts'

/** From the nearest: the first that has a value for a name gives it. */
export const variableScopes: { scope: Scope; name: string; meaning: string }[] = [
  { scope: 'user', name: 'You', meaning: 'For your own runs. Nobody else sees it.' },
  { scope: 'project', name: 'Project', meaning: 'For all runs in this project.' },
  { scope: 'organization', name: 'Organization', meaning: 'For all runs in every project.' },
]

export function scopeName(scope: Scope): string {
  return variableScopes.find((each) => each.scope === scope)?.name ?? scope
}

/** Ids of those whose name has a value in a nearer scope; names are told apart as templates do, by their letters. */
export function shadowed(
  variables: readonly { id: string; name: string; scope: Scope }[],
): Map<string, Scope> {
  const order = variableScopes.map(({ scope }) => scope)
  const nearer = new Map<string, Scope>()
  for (const { id, name, scope } of variables) {
    const first = variables
      .filter((other) => other.name === name)
      .toSorted((a, b) => order.indexOf(a.scope) - order.indexOf(b.scope))[0]
    if (first && first.scope !== scope) nearer.set(id, first.scope)
  }
  return nearer
}

export type ValueKind = 'text' | 'json'

/** How a value is shown and edited: a text as it is, anything else as JSON. */
export function valueText(value: unknown, indent?: number): { kind: ValueKind; text: string } {
  if (typeof value === 'string') return { kind: 'text', text: value }
  return { kind: 'json', text: JSON.stringify(value, null, indent) }
}

/** The value that was written, or what is wrong with it. */
export function readValue(kind: ValueKind, text: string): { value: unknown } | { problem: string } {
  if (kind === 'text') return { value: text }
  try {
    return { value: JSON.parse(text) as unknown }
  } catch {
    return {
      problem:
        'This is not JSON. Texts stand in double quotes; numbers, true, false, lists and objects do not.',
    }
  }
}
