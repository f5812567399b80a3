import { textProblem, templateByteLimit } from './limits.ts'
import { checkVariables, type TemplateIssue, type Variable } from './variables.ts'

/** Longest title, in UTF-16 units. */
export const titleLimit = 200

export interface TemplateText {
  title: string
  system: string
  body: string
  variables: readonly Variable[]
}

/** Every problem of a prompt that is about to be saved. */
export function checkTemplate({ title, system, body, variables }: TemplateText): TemplateIssue[] {
  const issues: TemplateIssue[] = []
  if (title.trim() === '') issues.push({ path: ['title'], message: 'A title is needed.' })
  if (title.length > titleLimit)
    issues.push({ path: ['title'], message: `A title has at most ${titleLimit} characters.` })
  // The limit in bytes is no second one: four bytes are the most that a character has.
  const titleProblem = textProblem(title, titleLimit * 4)
  if (titleProblem !== undefined && title.length <= titleLimit) {
    issues.push({ path: ['title'], message: `The title ${titleProblem}.` })
  }
  return [...issues, ...checkTexts({ system, body }), ...checkVariables(variables)]
}

/** Problems of the two texts alone; saved and unsaved ones are checked alike. */
export function checkTexts({ system, body }: { system: string; body: string }): TemplateIssue[] {
  const systemProblem = textProblem(system, templateByteLimit)
  const bodyProblem = textProblem(body, templateByteLimit)
  return [
    ...(systemProblem === undefined
      ? []
      : [{ path: ['system'], message: `The system text ${systemProblem}.` }]),
    ...(bodyProblem === undefined ? [] : [{ path: ['body'], message: `The body ${bodyProblem}.` }]),
  ]
}
