import { AppError, invalidInput, notFound } from '@quillworks/service-kit/errors'
import { isAdmin, note, type Administration } from '../audit/audit.ts'
import { adminsToDecide } from '../label/label.errors.ts'
import { read, store, type UseCase } from '../use-case.ts'
import {
  isLibraryKey,
  libraryKeys,
  libraryPrompt,
  release,
  type LibraryKey,
  type LibraryPrompt,
} from './library.ts'
import { checkOverride, isOverride, type LibraryOverride, type OverrideTexts } from './library-override.ts'
import { insertDecision, newestDecisions } from './library-override.repository.ts'

/** A built-in prompt with what the organization has decided about it. */
export interface DecidedLibraryPrompt extends LibraryPrompt {
  /** The organization's own version, where that is the one in use. */
  override: LibraryOverride | null
  /** How many decisions there are so far. */
  decisions: number
}

/** All built-in prompts, in their order. */
export async function libraryPrompts(useCase: UseCase): Promise<DecidedLibraryPrompt[]> {
  const { organizationId } = useCase.identity
  const rows = await read(useCase, (tx) => newestDecisions(tx, organizationId))
  return libraryKeys.map((key) => {
    const row = rows.find((each) => each.key === key)
    return {
      ...libraryPrompt(key),
      override: isOverride(row) ? row : null,
      decisions: row?.number ?? 0,
    }
  })
}

/** Has the organization's optimizers use another text than the built-in one. For admins and owners. */
export function overrideLibraryPrompt(
  admin: Administration,
  input: { key: string; baseDecisions: number } & OverrideTexts,
): Promise<DecidedLibraryPrompt> {
  const { system, body, settings, comment } = input
  return decide(admin, input, { system, body, settings, comment: comment?.trim() || null })
}

/** Has them use the built-in prompt again; the own version stays readable. For admins and owners. */
export function restoreLibraryPrompt(
  admin: Administration,
  input: { key: string; baseDecisions: number },
): Promise<DecidedLibraryPrompt> {
  return decide(admin, input, null)
}

async function decide(
  admin: Administration,
  { key: name, baseDecisions }: { key: string; baseDecisions: number },
  texts: OverrideTexts | null,
): Promise<DecidedLibraryPrompt> {
  if (!isAdmin(admin.identity)) throw adminsToDecide()
  const key = checkedLibraryKey(name)
  const issues = texts ? checkOverride(key, texts) : []
  if (issues.length > 0) throw invalidInput(issues)
  const { organizationId, userId } = admin.identity
  const builtIn = libraryPrompt(key)
  return store(admin, async (tx) => {
    const newest = (await newestDecisions(tx, organizationId)).find((row) => row.key === key)
    const decisions = newest?.number ?? 0
    if (decisions !== baseDecisions) throw decidedMeanwhile()
    if (!texts && !isOverride(newest)) return { ...builtIn, override: null, decisions }
    const row = {
      organizationId,
      key,
      number: decisions + 1,
      system: null,
      body: null,
      settings: null,
      comment: null,
      ...texts,
      release,
      createdBy: userId,
      createdAt: new Date(),
    }
    if (!(await insertDecision(tx, row))) throw decidedMeanwhile()
    await note(tx, admin, {
      action: texts ? 'library_prompt.overridden' : 'library_prompt.restored',
      targetType: 'library_prompt',
      targetId: key,
      targetName: builtIn.title,
      details: { version: row.number },
    })
    return { ...builtIn, override: isOverride(row) ? row : null, decisions: row.number }
  })
}

function checkedLibraryKey(key: string): LibraryKey {
  if (!isLibraryKey(key)) throw notFound('library_prompt')
  return key
}

function decidedMeanwhile(): AppError {
  return new AppError(
    'library_prompt.conflict',
    'Somebody else has changed this library prompt since it was read. Look at their version, then try again.',
  )
}
