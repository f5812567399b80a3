import type { ExecutionDetail } from '../executions/execution.documents.ts'
import type { KeptValue, PromptVariable, RunnablePrompt, StartedPrompt } from '../prompts/prompt.documents.ts'
import { withKept, type FormVariable } from './kept-values.ts'
import { lastValues } from './messages.ts'

/** What the messages of a run page are rendered from. */
export interface Template {
  promptId: string
  version: number
  title: string
  model: string | null
  variables: FormVariable[]
  /** The organization whose members can all read what is made here; null where its owner alone can. */
  sharedWith: string | null
  /** The prompt is gone; the conversation keeps what it began with. */
  deleted: boolean
}

/** A new conversation uses the prompt's newest version. */
export function newestTemplate(
  prompt: RunnablePrompt,
  organization: string,
  kept: readonly KeptValue[] = [],
): Template {
  const { id, versionNumber, title, model, visibility } = prompt
  const variables = withKept(prompt.variables, kept)
  const sharedWith = visibility === 'organization' ? organization : null
  return { promptId: id, version: versionNumber, title, model, variables, sharedWith, deleted: false }
}

function typeOf(value: unknown): PromptVariable['type'] {
  if (typeof value === 'boolean') return 'boolean'
  if (typeof value === 'number') return 'number'
  if (typeof value !== 'string') return 'json'
  return value.length > 60 || value.includes('\n') ? 'long_text' : 'text'
}

function guessed(name: string, value: unknown): PromptVariable {
  return { name, type: typeOf(value), required: false, default: null, description: null, choices: [] }
}

/**
 * A conversation goes on with the version it began with. Of a deleted prompt the form is guessed from the last values.
 */
export function startedTemplate(
  execution: ExecutionDetail,
  prompt: StartedPrompt | null,
  organization: string,
  kept: readonly KeptValue[] = [],
): Template {
  const { name, source, steps, visibility } = execution
  const started = prompt?.version
  const values = Object.entries(lastValues(steps) ?? {})
  return {
    promptId: source?.id ?? '',
    version: source?.version ?? 1,
    title: started?.title ?? source?.name ?? name,
    model: started ? started.model : (steps.at(-1)?.model ?? null),
    variables: started
      ? withKept(started.variables, kept)
      : values.map(([key, value]) => guessed(key, value)),
    sharedWith: visibility === 'organization' ? organization : null,
    deleted: !prompt,
  }
}
