import { AppError, invalidInput, type Issue } from '@quillworks/service-kit/errors'
import type { Rendering } from '../template/render.ts'

/** The values of a request: an object, or nothing at all. */
export function checkedValues(values: unknown): Record<string, unknown> {
  if (values === undefined || values === null) return {}
  if (typeof values !== 'object' || Array.isArray(values)) {
    throw invalidInput([{ path: ['values'], message: 'Values are an object: { "name": value }.' }])
  }
  return values as Record<string, unknown>
}

/** Refuses a rendering that cannot be sent, with every reason: `prompt.variables_missing`, else `input.invalid`. */
export function refuseUnusable(rendering: Rendering): void {
  const issues: Issue[] = [
    ...rendering.missing.map((name) => ({
      path: ['values', name],
      message: `A value for ${name} is needed.`,
    })),
    ...rendering.issues,
    ...rendering.unknown.map((name) => ({
      path: ['values', name],
      message: `Neither a variable nor a placeholder of this prompt is named ${name.slice(0, 100)}.`,
    })),
  ]
  if (rendering.missing.length > 0) {
    const names = rendering.missing.join(', ')
    throw new AppError('prompt.variables_missing', `These variables need a value: ${names}.`, { issues })
  }
  if (issues.length > 0) throw invalidInput(issues)
}
