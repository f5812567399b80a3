import type { PromptVariable } from '../prompts/prompt.documents.ts'
import type { ComparedModel, ComparedPrompt } from './compare.documents.ts'

export const mostColumns = 4

/** What one column asks, as it stands in the address. */
export interface ColumnChoice {
  /** A model's id; empty for the version's own. */
  model: string
  /** `v3` for a version, `@production` for a label, empty for the newest. */
  which: string
  /** The execution whose answer it shows, if it was run. */
  executionId?: string | undefined
}

/** One column as a parameter of the address. */
export function columnParam({ model, which, executionId = '' }: ColumnChoice): string {
  return [model, which, executionId].join('~')
}

/** The columns of an address; what cannot be one, or is too much, is left out. */
export function columnsFrom(params: readonly string[]): ColumnChoice[] {
  return params.slice(0, mostColumns).flatMap((param) => {
    const [model = '', which = '', executionId = '', ...more] = param.split('~')
    if (more.length > 0 || !/^(v[1-9]\d{0,8}|@.+)?$/.test(which)) return []
    return [{ model, which, executionId: /^[\w-]+$/.test(executionId) ? executionId : undefined }]
  })
}

/** Which version is asked for, as the API is told. */
export function versionInput(which: string): { version?: number; label?: string } {
  if (which.startsWith('@')) return { label: which.slice(1) }
  return which === '' ? {} : { version: Number(which.slice(1)) }
}

type Versions = Pick<ComparedPrompt, 'versionNumber' | 'variables' | 'versions'>

/** The newest, the labels, then each version. */
export function versionOptions({ versionNumber, versions }: Versions): { value: string; label: string }[] {
  const all = versions.edges.map(({ node }) => node)
  return [
    { value: '', label: `Newest, v${versionNumber}` },
    ...all.flatMap(({ number, labels }) =>
      labels.map((label) => ({ value: `@${label}`, label: `${label}, v${number}` })),
    ),
    ...all.map(({ number }) => ({ value: `v${number}`, label: `Version ${number}` })),
  ]
}

function findVersion(prompt: Pick<ComparedPrompt, 'versions'>, which: string) {
  const { version, label } = versionInput(which)
  return prompt.versions.edges.find(
    ({ node }) => node.number === version || (label !== undefined && node.labels.includes(label)),
  )?.node
}

/** The variables of a version; those of the newest where it is not known here. */
export function variablesOfVersion(prompt: Versions, which: string): PromptVariable[] {
  return findVersion(prompt, which)?.variables ?? prompt.variables
}

/** The version that a column asks, and the model: its own where none is chosen, null where that is the server's. */
export function whomColumnAsks(
  prompt: Versions & Pick<ComparedPrompt, 'model'>,
  { model, which }: Pick<ColumnChoice, 'model' | 'which'>,
): { version: number; model: string | null } {
  const found = findVersion(prompt, which)
  const version = found?.number ?? versionInput(which).version ?? prompt.versionNumber
  return { version, model: model || (which === '' ? prompt.model : (found?.model ?? null)) }
}

/** One field for each name that any of the versions has: in the order of the newest, then what only others have. */
export function sharedVariables(
  lists: readonly PromptVariable[][],
  newest: readonly PromptVariable[],
): PromptVariable[] {
  const found = new Map<string, PromptVariable>()
  for (const variable of lists.flat()) if (!found.has(variable.name)) found.set(variable.name, variable)
  const names = new Set([...newest.map(({ name }) => name), ...found.keys()])
  return [...names].flatMap((name) => found.get(name) ?? [])
}

/** Two columns to begin with: the version before beside the newest, or another model beside its own. */
export function firstColumns(
  prompt: Pick<ComparedPrompt, 'model' | 'versionNumber'>,
  models: readonly Pick<ComparedModel, 'id' | 'available'>[],
): ColumnChoice[] {
  const newest = { model: '', which: '' }
  if (prompt.versionNumber > 1) return [{ model: '', which: `v${prompt.versionNumber - 1}` }, newest]
  const other = models.find(({ id, available }) => available && id !== prompt.model)
  return [newest, { model: other?.id ?? '', which: '' }]
}
