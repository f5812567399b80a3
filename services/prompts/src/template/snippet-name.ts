import { canonicalName, isSnippetName } from './grammar.ts'

/** Takes `@name` for `name`, in one encoding. */
export function normalizeSnippetName(name: string): string {
  return canonicalName(name.trim().replace(/^@/, ''))
}

/** Why no snippet can have this normalized name; undefined where one can. */
export function snippetNameProblem(name: string): string | undefined {
  return isSnippetName(name)
    ? undefined
    : 'A name has letters, digits, - and _ only, begins with a letter, a digit or _, and has at most 100 characters.'
}
