import type { Transaction } from '@quillworks/database/connect'
import { invalidInput } from '@quillworks/service-kit/errors'
import { versionAskedFor } from '../label/label.usecases.ts'
import { checkTexts } from '../template/checks.ts'
import { renderPrompt, type Rendering } from '../template/render.ts'
import { checkVariables, type Variable } from '../template/variables.ts'
import { read, type UseCase } from '../use-case.ts'
import { checkedValues } from './prompt-values.ts'
import { promptNotFound, versionNotFound } from './prompt.errors.ts'
import { findPrompt } from './prompt.repository.ts'
import { renderContext } from './render-context.ts'
import { findVersion } from './prompt-version.repository.ts'

export interface PreviewInput {
  promptId?: string | null | undefined
  version?: number | null | undefined
  label?: string | null | undefined
  /** Unsaved texts and variables; what is left out is taken from the prompt. */
  body?: string | null | undefined
  system?: string | null | undefined
  variables?: Variable[] | null | undefined
  values?: unknown
  message?: string | null | undefined
}

interface Template {
  system: string
  body: string
  variables: Variable[]
}

/** Shows what would be sent, with everything that stands in its way; nothing is stored. */
export async function previewPrompt(useCase: UseCase, input: PreviewInput): Promise<Rendering> {
  const values = checkedValues(input.values)
  return read(useCase, async (tx) => {
    const saved = await savedTemplate(tx, useCase, input)
    const template: Template = {
      system: input.system ?? saved?.system ?? '',
      body: input.body ?? saved?.body ?? '',
      variables: input.variables ?? saved?.variables ?? [],
    }
    const issues = [...checkTexts(template), ...checkVariables(template.variables)]
    if (issues.length > 0) throw invalidInput(issues)
    const { organizationId, userId, projectId } = useCase.identity
    const reader = { organizationId, userId, projectId: saved?.projectId ?? projectId }
    const context = await renderContext(tx, { reader, template: { ...template, values } })
    return renderPrompt({ ...template, ...context, values, message: input.message ?? '' })
  })
}

async function savedTemplate(
  tx: Transaction,
  { identity: { organizationId } }: UseCase,
  { promptId, version: pinned, label }: PreviewInput,
): Promise<(Template & { projectId: string }) | undefined> {
  if (!promptId) return undefined
  const prompt = await findPrompt(tx, { organizationId, id: promptId })
  if (!prompt) throw promptNotFound()
  const number = await versionAskedFor(tx, { organizationId, promptId, version: pinned, label })
  if (number === undefined) return { ...prompt.content, projectId: prompt.projectId }
  const version = await findVersion(tx, { organizationId, promptId, number })
  if (!version) throw versionNotFound(number)
  return { ...version, projectId: prompt.projectId }
}
