import type { Issue } from '@quillworks/service-kit/errors'
import { isPlaceholderName } from '../template/grammar.ts'
import { byteLength, formatBytes, jsonProblem, scopedValueByteLimit } from '../template/limits.ts'
import { variableScopes, type ScopedValue } from '../template/resolve-values.ts'
import { isEmpty } from '../template/values.ts'
import type { VariableRow } from './variable.table.ts'

/** Every problem of a value that is about to be kept. */
export function checkVariable({ name, value }: { name: string; value: unknown }): Issue[] {
  const issues: Issue[] = []
  if (!isPlaceholderName(name)) {
    issues.push({
      path: ['name'],
      message:
        'A name has letters, digits, _, - and . only, begins with a letter, a digit or _, and has at most 100 characters.',
    })
  }
  const problem = valueProblem(value)
  if (problem !== undefined) issues.push({ path: ['value'], message: problem })
  return issues
}

/** Of each name the value of the nearest scope. */
export function nearestValues(rows: readonly VariableRow[]): Map<string, ScopedValue> {
  const nearest = new Map<string, ScopedValue>()
  for (const scope of variableScopes) {
    for (const { name, value } of rows.filter((row) => row.scope === scope && !nearest.has(row.name))) {
      nearest.set(name, { from: scope, value })
    }
  }
  return nearest
}

function valueProblem(value: unknown): string | undefined {
  if (isEmpty(value)) return 'A value is needed. Delete the variable to keep none.'
  const problem = jsonProblem(value)
  if (problem !== undefined) return `The value ${problem}.`
  return byteLength(JSON.stringify(value)) > scopedValueByteLimit
    ? `The value is longer than ${formatBytes(scopedValueByteLimit)}.`
    : undefined
}
