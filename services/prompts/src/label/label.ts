import { invalidInput, type Issue } from '@quillworks/service-kit/errors'
import { textProblem } from '../template/limits.ts'

const LABEL = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}_.-]{0,49}$/u
/** Most labels of a prompt, and most protected ones of an organization. */
export const labelLimit = 20

/** A label in the one form it is kept in. */
export function normalizeLabel(label: string): string {
  return label.trim().normalize('NFC').toLowerCase()
}

/** A label as it is kept; one that could not be is `input.invalid`. */
export function checkedLabel(label: string, path: Issue['path'] = ['label']): string {
  const normalized = normalizeLabel(label)
  if (LABEL.test(normalized)) return normalized
  throw invalidInput([
    {
      path,
      message:
        'A label has letters, digits, -, _ and . only, begins with a letter or a digit, and has at most 50 characters.',
    },
  ])
}

/** A comment without space around it, null for none; one that cannot be kept is `input.invalid`. */
export function checkedComment(comment: string | null | undefined): string | null {
  const text = comment?.trim() ?? ''
  const problem = textProblem(text, 4_000)
  if (problem !== undefined) throw invalidInput([{ path: ['comment'], message: `The comment ${problem}.` }])
  return text === '' ? null : text
}
