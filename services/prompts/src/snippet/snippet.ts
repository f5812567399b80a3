import type { Issue } from '@quillworks/service-kit/errors'
import type { Identity } from '@quillworks/service-kit/identity'
import { snippetByteLimit, textProblem } from '../template/limits.ts'
import { snippetNameProblem } from '../template/snippet-name.ts'
import type { SnippetRow } from './snippet.table.ts'

/** What a version holds. */
export interface SnippetContent {
  name: string
  text: string
}

/** A snippet with its newest text. */
export interface Snippet extends SnippetRow {
  text: string
}

/** Every problem of a snippet that is about to be saved. */
export function checkSnippet({ name, text }: SnippetContent, comment: string | null): Issue[] {
  const issues: Issue[] = []
  const nameProblem = snippetNameProblem(name)
  if (nameProblem !== undefined) issues.push({ path: ['name'], message: nameProblem })
  const problem = text.trim() === '' ? 'is empty' : textProblem(text, snippetByteLimit)
  if (problem !== undefined) issues.push({ path: ['text'], message: `The text ${problem}.` })
  const commentProblem = textProblem(comment ?? '', 4_000)
  if (commentProblem !== undefined) {
    issues.push({ path: ['comment'], message: `The comment ${commentProblem}.` })
  }
  return issues
}

/** Members edit the text of a shared snippet; what it is called and who sees it is its owner's to say. */
export function ownsSnippet(identity: Identity, snippet: Pick<SnippetRow, 'ownerId'>): boolean {
  return snippet.ownerId === identity.userId
}

/** Its owner, and admins of the organization where it is shared. */
export function mayDeleteSnippet(identity: Identity, snippet: Pick<SnippetRow, 'ownerId'>): boolean {
  return ownsSnippet(identity, snippet) || identity.role === 'owner' || identity.role === 'admin'
}
