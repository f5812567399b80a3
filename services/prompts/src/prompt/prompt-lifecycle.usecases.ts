import { invalidInput } from '@quillworks/service-kit/errors'
import { textProblem } from '../template/limits.ts'
import { write, type UseCase } from '../use-case.ts'
import { notYoursToDecide, promptNotFound, versionNotFound } from './prompt.errors.ts'
import { announce } from './prompt.events.ts'
import { findPrompt, removePrompt, savePromptRow } from './prompt.repository.ts'
import { mayDecideAbout, type Prompt } from './prompt.ts'
import { commentVersion } from './prompt-version.repository.ts'

/** Takes a prompt out of use, or back into it; doing it twice changes nothing. */
export function archivePrompt(useCase: UseCase, input: { id: string; archived: boolean }): Promise<Prompt> {
  const { organizationId, userId } = useCase.identity
  return write(useCase, async (tx) => {
    const prompt = await findPrompt(tx, { organizationId, id: input.id }, { lock: true })
    if (!prompt) throw promptNotFound()
    if (!mayDecideAbout(useCase.identity, prompt)) throw notYoursToDecide()
    if ((prompt.archivedAt !== null) === input.archived) return prompt
    const now = new Date()
    const next = { ...prompt, archivedAt: input.archived ? now : null, updatedAt: now }
    await savePromptRow(tx, next)
    const type = input.archived ? 'quillworks.prompt.archived.v1' : 'quillworks.prompt.unarchived.v1'
    await announce(tx, { type, prompt: next, userId, facts: {} })
    return next
  })
}

/** Removes a prompt with its versions and tags; what it was run as keeps its name. Answers it as it was. */
export function deletePrompt(useCase: UseCase, input: { id: string }): Promise<Prompt> {
  const { organizationId, userId } = useCase.identity
  return write(useCase, async (tx) => {
    const prompt = await findPrompt(tx, { organizationId, id: input.id }, { lock: true })
    if (!prompt) throw promptNotFound()
    if (!mayDecideAbout(useCase.identity, prompt)) throw notYoursToDecide()
    await removePrompt(tx, prompt)
    await announce(tx, { type: 'quillworks.prompt.deleted.v1', prompt, userId, facts: {} })
    return prompt
  })
}

/** Says something about a version, or with an empty text no longer does. */
export function commentPromptVersion(
  useCase: UseCase,
  input: { id: string; version: number; comment: string },
): Promise<Prompt> {
  const problem = textProblem(input.comment, 4_000)
  if (problem !== undefined) throw invalidInput([{ path: ['comment'], message: `The comment ${problem}.` }])
  const { organizationId } = useCase.identity
  return write(useCase, async (tx) => {
    const prompt = await findPrompt(tx, { organizationId, id: input.id })
    if (!prompt) throw promptNotFound()
    const comment = input.comment.trim() || null
    const found = await commentVersion(tx, {
      organizationId,
      promptId: input.id,
      number: input.version,
      comment,
    })
    if (!found) throw versionNotFound(input.version)
    return prompt
  })
}
