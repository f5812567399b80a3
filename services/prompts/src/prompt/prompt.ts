import type { Identity } from '@quillworks/service-kit/identity'
import type { Issue } from '@quillworks/service-kit/errors'
import { inWords } from '@quillworks/service-kit/validation-words'
import { modelSettingsSchema, type ModelSettings } from '@quillworks/executions/contract'
import { checkTemplate } from '../template/checks.ts'
import { placeholderNames } from '../template/placeholders.ts'
import { normalizeVariables, type Variable } from '../template/variables.ts'
import type { PromptRow } from './prompt.table.ts'

/** What a version holds. */
export interface PromptContent {
  title: string
  system: string
  body: string
  /** `provider/model`; null for the server's default. */
  model: string | null
  settings: ModelSettings
  variables: Variable[]
}

/** A prompt with its newest content. */
export interface Prompt extends PromptRow {
  content: PromptContent
  tags: string[]
}

const MODEL = /^[a-z0-9_-]+\/\S+$/
const TAG = /^[^\p{C}]{1,50}$/u
const tagLimit = 20

/** Brings what a person sent into the form that is stored: a trimmed title, variables worth keeping. */
export function normalizeContent(content: PromptContent): PromptContent {
  return {
    ...content,
    title: content.title.trim().replaceAll(/\s+/g, ' '),
    model: content.model?.trim() || null,
    variables: normalizeVariables(content.variables, placeholderNames(content)),
  }
}

/** Every problem of a content that is about to be saved. */
export function checkContent(content: PromptContent): Issue[] {
  const issues: Issue[] = [...checkTemplate(content), ...checkModel(content.model)]
  const settings = modelSettingsSchema.safeParse(content.settings, { error: inWords })
  for (const issue of settings.error?.issues ?? []) {
    issues.push({ path: ['settings', ...issue.path.map(String)], message: issue.message })
  }
  return issues
}

/** A model's name has the form `provider/model`; whether it exists is known only where it is called. */
export function checkModel(model: string | null | undefined): Issue[] {
  if (model === null || model === undefined) return []
  if (MODEL.test(model) && model.length <= 200 && !model.includes('\u0000') && model.isWellFormed()) return []
  return [{ path: ['model'], message: 'A model is written provider/model, such as demo/writer.' }]
}

/** Tags in lower case, each once, in the order given. */
export function normalizeTags(tags: readonly string[]): string[] {
  return [...new Set(tags.map((tag) => tag.trim().replaceAll(/\s+/g, ' ').toLowerCase()))]
}

/** Every problem of normalized tags. */
export function checkTags(tags: readonly string[]): Issue[] {
  if (tags.length > tagLimit) return [{ path: ['tags'], message: `A prompt has at most ${tagLimit} tags.` }]
  return tags.flatMap((tag, index) =>
    TAG.test(tag) ? [] : [{ path: ['tags', index], message: 'A tag has 1 to 50 characters.' }],
  )
}

/** True if saving `next` over `current` would change nothing. */
export function sameContent(current: PromptContent, next: PromptContent): boolean {
  return Bun.deepEquals(stripUndefined(current), stripUndefined(next), true)
}

/** Whoever sees a shared prompt may edit it; only its owner and admins decide about its existence and who sees it. */
export function mayDecideAbout(identity: Identity, prompt: Pick<PromptRow, 'ownerId'>): boolean {
  return prompt.ownerId === identity.userId || identity.role === 'owner' || identity.role === 'admin'
}

/** `Title`, then `Title (copy)`, cut so that it stays a title. */
export function titleOfCopy(title: string): string {
  return `${title.slice(0, 190).toWellFormed().trimEnd()} (copy)`
}

function stripUndefined(content: PromptContent): unknown {
  return JSON.parse(JSON.stringify(content)) as unknown
}
