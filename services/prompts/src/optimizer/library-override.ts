import { modelSettingsSchema, type ModelSettings } from '@quillworks/executions/contract'
import { AppError, type Issue } from '@quillworks/service-kit/errors'
import { inWords } from '@quillworks/service-kit/validation-words'
import { effectiveVariables } from '../template/form-variables.ts'
import { checkTexts } from '../template/checks.ts'
import { textProblem } from '../template/limits.ts'
import { placeholderNames } from '../template/placeholders.ts'
import { libraryPrompt, type LibraryKey, type LibraryPrompt } from './library.ts'
import type { LibraryOverrideRow } from './library-override.table.ts'

/** The texts of a library prompt as an organization wants them. */
export interface OverrideTexts {
  system: string
  body: string
  settings: ModelSettings
  comment: string | null
}

/** A library prompt as it is used; `version` numbers an organization's own version, and is 0 for the built-in prompt. */
export type UsedLibraryPrompt = LibraryPrompt & { version: number }

/** Which version of each library prompt is used; 0 is the built-in one. */
export type LibraryVersions = Partial<Record<LibraryKey, number>>

/** An organization's own version as it stands. */
export type LibraryOverride = LibraryOverrideRow & { system: string; body: string; settings: ModelSettings }

/** Whether a decision is a version of one's own; else it goes back to the built-in prompt. */
export function isOverride(row: LibraryOverrideRow | undefined): row is LibraryOverride {
  return row !== undefined && row.body !== null && row.system !== null && row.settings !== null
}

/** Placeholders of the built-in prompt that these texts do not have, and those that nobody would fill. */
export function placeholderFaults(
  key: LibraryKey,
  texts: { system: string; body: string },
): { missing: string[]; unknown: string[] } {
  const needed = placeholderNames(libraryPrompt(key))
  const written = placeholderNames(texts)
  return {
    missing: needed.filter((name) => !written.includes(name)),
    unknown: written.filter((name) => !needed.includes(name)),
  }
}

const listed = (names: readonly string[]) => names.map((name) => `{{${name}}}`).join(', ')

/** Every problem of an override that is about to be kept. */
export function checkOverride(key: LibraryKey, texts: OverrideTexts): Issue[] {
  const issues: Issue[] = [...checkTexts(texts)]
  if (texts.body.trim() === '') issues.push({ path: ['body'], message: 'A body is needed.' })
  if (libraryPrompt(key).system === '' && texts.system.trim() !== '') {
    const message = 'This one has no system text: it is a message in a conversation that has one.'
    issues.push({ path: ['system'], message })
  }
  const { missing, unknown } = placeholderFaults(key, texts)
  if (missing.length > 0) {
    const message = `These placeholders of the built-in prompt have to stand in it: ${listed(missing)}.`
    issues.push({ path: ['body'], message })
  }
  if (unknown.length > 0) {
    const message = `Nothing fills these placeholders here: ${listed(unknown)}.`
    issues.push({ path: ['body'], message })
  }
  const settings = modelSettingsSchema.safeParse(texts.settings, { error: inWords })
  for (const issue of settings.error?.issues ?? []) {
    issues.push({ path: ['settings', ...issue.path.map(String)], message: issue.message })
  }
  const problem = texts.comment === null ? undefined : textProblem(texts.comment, 4_000)
  if (problem !== undefined) issues.push({ path: ['comment'], message: `The comment ${problem}.` })
  return issues
}

/** The prompt that an optimizer uses where `row` is the newest decision about it. */
export function usedPrompt(key: LibraryKey, row: LibraryOverrideRow | undefined): UsedLibraryPrompt {
  const builtIn = libraryPrompt(key)
  if (!isOverride(row)) return { ...builtIn, version: 0 }
  const { system, body, settings, number } = row
  // A later release may fill other placeholders than the one that the version was made from.
  const { unknown } = placeholderFaults(key, row)
  if (unknown.length > 0) {
    throw new AppError(
      'library_prompt.outdated',
      `Your organization's version of “${builtIn.title}” has placeholders that this release does not fill: ${listed(unknown)}. An admin can change it, or go back to the built-in prompt.`,
    )
  }
  const names = placeholderNames({ system, body })
  const known = builtIn.variables.filter(({ name }) => names.includes(name))
  return {
    ...builtIn,
    system,
    body,
    settings,
    variables: effectiveVariables(known, names),
    version: number,
  }
}
