import { invalidInput } from '@quillworks/service-kit/errors'
import { checkTexts } from '../template/checks.ts'
import { renderPrompt, type Rendering } from '../template/render.ts'
import { checkVariables, type Variable } from '../template/variables.ts'
import { read, type UseCase } from '../use-case.ts'
import { checkedValues } from './prompt-values.ts'
import { promptNotFound, versionNotFound } from './prompt.errors.ts'
import { findPrompt } from './prompt.repository.ts'
import { findVersion } from './prompt-version.repository.ts'

export interface PreviewInput {
  promptId?: string | null | undefined
  version?: number | null | undefined
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
  const saved = input.promptId ? await savedTemplate(useCase, input.promptId, input.version) : undefined
  const template: Template = {
    system: input.system ?? saved?.system ?? '',
    body: input.body ?? saved?.body ?? '',
    variables: input.variables ?? saved?.variables ?? [],
  }
  const issues = [...checkTexts(template), ...checkVariables(template.variables)]
  if (issues.length > 0) throw invalidInput(issues)
  return renderPrompt({ ...template, values: checkedValues(input.values), message: input.message ?? '' })
}

function savedTemplate(useCase: UseCase, id: string, number: number | null | undefined): Promise<Template> {
  const { organizationId } = useCase.identity
  return read(useCase, async (tx) => {
    const prompt = await findPrompt(tx, { organizationId, id })
    if (!prompt) throw promptNotFound()
    if (number === null || number === undefined) return prompt.content
    const version = await findVersion(tx, { organizationId, promptId: id, number })
    if (!version) throw versionNotFound(number)
    return version
  })
}
