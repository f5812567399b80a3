import type { ExecutionSummary } from './execution.documents.ts'

/** A name without the name of what was run before it: of `Letter · Dear Ada` from prompt `Letter`, `Dear Ada`. */
export function nameWithoutSource({ name, source }: Pick<ExecutionSummary, 'name' | 'source'>): string {
  const lead = `${source?.name} · `
  return source && name.startsWith(lead) && name.length > lead.length ? name.slice(lead.length) : name
}
