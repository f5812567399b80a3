import { formatBytes, jsonProblem, textProblem, valueByteLimit } from './limits.ts'
import type { Variable } from './variables.ts'

/** A value as text, or why it is not one of its variable. */
export type RenderedValue = { ok: true; text: string } | { ok: false; problem: string }

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/

/**
 * Turns a value into the text that takes its placeholder's place. Forms and command lines give numbers, booleans and
 * JSON as text, so that text of the right shape is taken too, as it is written.
 */
export function renderValue(variable: Pick<Variable, 'type' | 'choices'>, value: unknown): RenderedValue {
  const rendered = renderByType(variable, value)
  if (!rendered.ok) return rendered
  const problem = textProblem(rendered.text, valueByteLimit)
  return problem === undefined ? rendered : { ok: false, problem: `The value ${problem}.` }
}

/** True for what counts as no value at all: nothing, null, or an empty text. */
export function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === ''
}

function renderByType({ type, choices }: Pick<Variable, 'type' | 'choices'>, value: unknown): RenderedValue {
  switch (type) {
    case 'text':
    case 'long_text':
      if (typeof value === 'string') return { ok: true, text: value }
      if (typeof value === 'number' || typeof value === 'boolean') return { ok: true, text: String(value) }
      return wrong('a text', value)
    case 'document':
      return typeof value === 'string' ? { ok: true, text: value } : wrong("a document's text", value)
    case 'number':
      if (typeof value === 'number' && Number.isFinite(value)) return { ok: true, text: String(value) }
      if (typeof value === 'string' && NUMBER.test(value.trim())) return { ok: true, text: value.trim() }
      return wrong('a number', value)
    case 'boolean':
      if (typeof value === 'boolean') return { ok: true, text: String(value) }
      if (value === 'true' || value === 'false') return { ok: true, text: value }
      return wrong('true or false', value)
    case 'choice':
      if (typeof value === 'string' && choices.includes(value)) return { ok: true, text: value }
      return { ok: false, problem: `Must be one of: ${choices.join(', ')}.` }
    case 'json':
      return renderJson(value)
  }
}

function renderJson(value: unknown): RenderedValue {
  if (typeof value !== 'string') {
    const problem = jsonProblem(value)
    return problem === undefined
      ? { ok: true, text: JSON.stringify(value, null, 2) }
      : { ok: false, problem: `The value ${problem}.` }
  }
  // Before parsing: a text beyond the limit is not worth the work.
  if (value.length > valueByteLimit) {
    return { ok: false, problem: `The value is longer than ${formatBytes(valueByteLimit)}.` }
  }
  try {
    const problem = jsonProblem(JSON.parse(value))
    return problem === undefined
      ? { ok: true, text: value.trim() }
      : { ok: false, problem: `The value ${problem}.` }
  } catch {
    return { ok: false, problem: 'Must be JSON; a text on its own needs quotation marks.' }
  }
}

function wrong(expected: string, value: unknown): RenderedValue {
  return { ok: false, problem: `Must be ${expected}, not ${describe(value)}.` }
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'an object'
  if (typeof value === 'string') return 'this text'
  return typeof value === 'number' ? 'this number' : `a ${typeof value}`
}
