import type { Transaction } from '@quillworks/database/connect'
import { resolveSnippets } from '../snippet/resolve-snippets.ts'
import { canonicalName } from '../template/grammar.ts'
import { referenceLimit } from '../template/limits.ts'
import { placeholderNames } from '../template/placeholders.ts'
import type { RenderInput } from '../template/render.ts'
import { variableScopes, type ScopedValue } from '../template/resolve-values.ts'
import { effectiveVariables } from '../template/form-variables.ts'
import { variablesOf } from '../variable/variable.repository.ts'
import { nearestValues } from '../variable/variable.ts'
import { subjectOf } from '../variable/variable.usecases.ts'

/** In whose name and in which project a template is rendered. */
export interface Reader {
  organizationId: string
  userId: string
  projectId: string
}

type Template = Pick<RenderInput, 'system' | 'body' | 'variables' | 'values'>

/** What a template needs of the database to be rendered, as it is now: its snippets and scoped values, in one round trip. */
export async function renderContext(
  tx: Transaction,
  { reader, template }: { reader: Reader; template: Template },
): Promise<Required<Pick<RenderInput, 'snippets' | 'scoped'>>> {
  const { organizationId, userId } = reader
  const [snippets, scoped] = await Promise.all([
    resolveSnippets(tx, { organizationId, userId, texts: template }),
    scopedValues(tx, { reader, template }),
  ])
  return { snippets, scoped }
}

async function scopedValues(
  tx: Transaction,
  { reader, template }: { reader: Reader; template: Template },
): Promise<Map<string, ScopedValue>> {
  const given = new Set(
    Object.entries(template.values)
      .filter(([, value]) => value !== null && value !== undefined)
      .map(([name]) => canonicalName(name)),
  )
  const names = effectiveVariables(template.variables, placeholderNames(template))
    .map((variable) => variable.name)
    .filter((name) => !given.has(name))
    .slice(0, referenceLimit)
  if (names.length === 0) return new Map()
  const subjects = variableScopes.map((scope) => subjectOf(reader, scope))
  return nearestValues(await variablesOf(tx, { subjects, names }).prepare('scoped_values').execute())
}
