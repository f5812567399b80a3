import { invalidInput } from '@quillworks/service-kit/errors'
import { type DocumentNode, visit } from 'graphql'
import { argumentPlace, placeOf } from './argument-place.ts'

type Path = (string | number)[]

const deepest = 500

function isStorable(text: string): boolean {
  return !text.includes('\u0000') && text.isWellFormed()
}

interface Problem {
  path: Path
  message: string
}

const badText = 'Text cannot hold the character U+0000, nor half of a surrogate pair.'
const badNumber = 'A number has to be finite: this one is too large.'

/** What Postgres or JSON has no place for. */
function findUnstorable(value: unknown, path: Path): Problem | undefined {
  if (path.length > deepest) {
    throw invalidInput([{ path: path.slice(0, 3), message: `A value may be nested ${deepest} deep.` }])
  }
  if (typeof value === 'string') return isStorable(value) ? undefined : { path, message: badText }
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : { path, message: badNumber }
  if (Array.isArray(value)) {
    for (const [index, one] of value.entries()) {
      const found = findUnstorable(one, [...path, index])
      if (found) return found
    }
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  for (const [name, one] of Object.entries(value)) {
    const found = isStorable(name) ? findUnstorable(one, [...path, name]) : { path, message: badText }
    if (found) return found
  }
  return undefined
}

/**
 * Refuses in variables, with `input.invalid`, U+0000 and lone surrogates, which Postgres has no place for, and numbers
 * that are not finite, which JSON has none for. `query` tells their arguments.
 */
export function checkVariables(variables: unknown, query?: string): void {
  const found = findUnstorable(variables, [])
  if (found) throw invalidInput([{ path: argumentPlace(query, found.path), message: found.message }])
}

/** Refuses the same where it is written into the document itself. */
export function checkLiterals(document: DocumentNode): void {
  visit(document, {
    StringValue(node, _key, parent, keys, ancestors) {
      if (!node.value.includes('\u0000')) return
      throw invalidInput([{ path: placeOf(keys, [...ancestors, parent]), message: badText }])
    },
    FloatValue(node, _key, parent, keys, ancestors) {
      if (Number.isFinite(Number(node.value))) return
      throw invalidInput([{ path: placeOf(keys, [...ancestors, parent]), message: badNumber }])
    },
  })
}
