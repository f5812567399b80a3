import { AppError, invalidInput, type Issue } from '@quillworks/service-kit/errors'
import { requireScope } from '@quillworks/service-kit/identity'
import { newId } from '@quillworks/service-kit/ids'
import type { StartExecution } from '@quillworks/executions/contract'
import { conversationName } from '../conversation/conversation-name.ts'
import { startExecution } from '../conversation/engine.ts'
import { runAsOf } from '../conversation/first-request.ts'
import { checkedKey, requestHash } from '../conversation/idempotency.ts'
import type { RunCase } from '../conversation/run-prompt.usecases.ts'
import { promptNotFound, versionNotFound } from '../prompt/prompt.errors.ts'
import { checkModel } from '../prompt/prompt.ts'
import { findPromptToRun } from '../conversation/prompt-to-run.repository.ts'
import { checkTexts } from '../template/checks.ts'
import { snippetByteLimit, textProblem } from '../template/limits.ts'
import { checkVariables, type Variable } from '../template/variables.ts'
import { read, store, type UseCase } from '../use-case.ts'
import { findOptimization, insertOptimization, removeOptimization } from './optimization.repository.ts'
import type { LibraryKey } from './library.ts'
import type { OptimizationRow } from './optimization.table.ts'
import { newestDecisions } from './library-override.repository.ts'
import { usedPrompt } from './library-override.ts'
import { libraryKeyOf, optimizerPlan } from './optimizer-plan.ts'
import type { Given, OptimizationPart } from './result.ts'

interface Common {
  model?: string | null | undefined
  idempotencyKey?: string | null | undefined
}

/** Unsaved texts, a prompt's id, or both, the texts first. */
export interface TextsInput extends Common {
  promptId?: string | null | undefined
  version?: number | null | undefined
  title?: string | null | undefined
  system?: string | null | undefined
  body?: string | null | undefined
  variables?: Variable[] | null | undefined
}

/** Has a model improve a prompt, or its system text alone; answers the execution's id. */
export async function optimizePrompt(
  runCase: RunCase,
  input: TextsInput & { part: OptimizationPart; instruction?: string | null | undefined },
): Promise<{ id: string }> {
  const { part } = input
  const { given, source } = await givenBy(runCase, input, { kind: 'optimization', part })
  const wish = input.instruction?.trim() ?? ''
  const issues = wishIssues('instruction', wish)
  if (given.system.trim() === '' && (part === 'system' || given.body.trim() === '')) {
    issues.push({ path: [part === 'system' ? 'system' : 'body'], message: 'There is no text to optimize.' })
  }
  if (issues.length > 0) throw invalidInput(issues)
  const name = conversationName({ title: 'Optimize', message: given.title, variables: [], values: {} })
  return begin(runCase, { operation: 'optimizePrompt', input, given, source, wish, name })
}

/** Has a model write a whole prompt from a description; answers the execution's id. */
export async function generatePrompt(
  runCase: RunCase,
  input: Common & { description: string },
): Promise<{ id: string }> {
  requireScope(runCase.identity, 'prompts:read')
  const wish = input.description.trim()
  const issues = wishIssues('description', wish)
  if (wish === '') issues.push({ path: ['description'], message: 'A description is needed.' })
  if (issues.length > 0) throw invalidInput(issues)
  const nothing = { title: '', system: '', body: '', variables: [] }
  const given: Given = { ...nothing, kind: 'generation', part: 'whole' }
  const name = conversationName({ title: 'Generate', message: wish, variables: [], values: {} })
  return begin(runCase, { operation: 'generatePrompt', input, given, source: null, wish, name })
}

/** Has a model name a prompt; answers the execution's id. */
export async function generateTitle(runCase: RunCase, input: TextsInput): Promise<{ id: string }> {
  const { given, source } = await givenBy(runCase, input, { kind: 'title', part: 'whole' })
  if (`${given.system}${given.body}`.trim() === '') {
    throw invalidInput([{ path: ['body'], message: 'There is no text to name.' }])
  }
  const name = conversationName({ title: 'Title', message: given.title, variables: [], values: {} })
  return begin(runCase, { operation: 'generateTitle', input, given, source, wish: '', name })
}

/** What an optimizer of the caller's own was given, and what came of it so far. */
export async function optimizationResult(
  useCase: UseCase,
  executionId: string,
): Promise<OptimizationRow | null> {
  const { organizationId } = useCase.identity
  return (await read(useCase, (tx) => findOptimization(tx, { organizationId, executionId }))) ?? null
}

interface Source {
  id: string
  title: string
  projectId: string
  version: number
  model: string | null
}

async function givenBy(
  runCase: RunCase,
  input: TextsInput,
  what: Pick<Given, 'kind' | 'part'>,
): Promise<{ given: Given; source: Source | null }> {
  requireScope(runCase.identity, 'prompts:read')
  const saved = input.promptId ? await savedTexts(runCase, input.promptId, input.version) : null
  const given: Given = {
    ...what,
    title: input.title ?? saved?.title ?? '',
    system: input.system ?? saved?.system ?? '',
    body: input.body ?? saved?.body ?? '',
    variables: input.variables ?? saved?.variables ?? [],
  }
  const issues: Issue[] = [...checkTexts(given), ...checkVariables(given.variables)]
  const titleProblem = textProblem(given.title, 800)
  if (titleProblem !== undefined) issues.push({ path: ['title'], message: `The title ${titleProblem}.` })
  if (issues.length > 0) throw invalidInput(issues)
  return { given, source: saved }
}

function savedTexts(runCase: RunCase, id: string, version: number | null | undefined) {
  const { organizationId } = runCase.identity
  return read(runCase, async (tx) => {
    const found = await findPromptToRun(tx, { organizationId, id, number: version ?? undefined })
    if (!found) throw promptNotFound()
    const { prompt, version: content } = found
    if (!content) throw versionNotFound(version ?? prompt.versionNumber)
    const { number, model, system, body, variables } = content
    return { ...prompt, version: number, model, system, body, variables }
  })
}

function wishIssues(field: string, wish: string): Issue[] {
  const problem = textProblem(wish, snippetByteLimit)
  return problem === undefined ? [] : [{ path: [field], message: `The ${field} ${problem}.` }]
}

/** Writes what was given before the start is asked for, so that no step ever looks for it in vain. */
async function begin(
  runCase: RunCase,
  request: {
    operation: string
    input: Common
    given: Given
    source: Source | null
    wish: string
    name: string
  },
): Promise<{ id: string }> {
  const { input, given, source, wish } = request
  const { organizationId, userId, projectId: current, principal } = runCase.identity
  const model = input.model ?? source?.model ?? runCase.defaultModel
  const issues = checkModel(model)
  if (issues.length > 0) throw invalidInput(issues)
  const key = checkedKey(input.idempotencyKey)
  const decided = await read(runCase, (tx) => newestDecisions(tx, organizationId))
  const used = (name: LibraryKey) =>
    usedPrompt(
      name,
      decided.find((row) => row.key === name),
    )
  const library = used(libraryKeyOf(given))
  const keep = given.kind === 'optimization' ? used('keep') : undefined
  const id = newId()
  const projectId = source?.projectId ?? current
  const start: StartExecution = {
    id,
    kind: given.kind,
    name: request.name,
    runAs: runAsOf(runCase.identity, projectId),
    plan: optimizerPlan({ given, library, model, wish }),
    track: false,
    visibility: 'private',
    trigger: principal.startsWith('key:') ? 'api' : 'manual',
    ...(source && {
      source: { type: 'prompt', id: source.id, name: source.title, version: source.version },
    }),
    ...(key && {
      idempotency: {
        operation: request.operation,
        key,
        // Over what was asked for: a prompt that was saved in between does not make it another request.
        requestHash: requestHash({ ...input, idempotencyKey: null }),
      },
    }),
  }
  const row: OptimizationRow = {
    ...given,
    organizationId,
    projectId,
    ownerId: userId,
    visibility: 'private',
    createdAt: new Date(),
    executionId: id,
    library: { [library.key]: library.version, ...(keep && { keep: keep.version }) },
    result: null,
    finishedAt: null,
  }
  const remove = () => store(runCase, (tx) => removeOptimization(tx, { organizationId, executionId: id }))
  await store(runCase, (tx) => insertOptimization(tx, row))
  const started = await startExecution(runCase.engine, start).catch(async (error: unknown) => {
    if (error instanceof AppError && error.code !== 'service.unavailable') await remove()
    throw error
  })
  if (started !== id) await remove()
  return { id: started }
}
