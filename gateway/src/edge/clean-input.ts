import { invalidInput } from '@quillworks/service-kit/errors'
import { type DocumentNode, visit } from 'graphql'
import { argumentPlace, placeOf } from './argument-place.ts'

type Path = (string | number)[]

const deepest = 500

function isStorable(text: string): boolean {
  return !text.includes('\u0000') && text.isWellFormed()
}

function findUnstorable(value: unknown, path: Path): Path | undefined {
  if (path.length > deepest) {
    throw invalidInput([{ path: path.slice(0, 3), message: `A value may be nested ${deepest} deep.` }])
  }
  if (typeof value === 'string') return isStorable(value) ? undefined : path
  if (Array.isArray(value)) {
    for (const [index, one] of value.entries()) {
      const found = findUnstorable(one, [...path, index])
      if (found) return found
    }
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  for (const [name, one] of Object.entries(value)) {
    const found = !isStorable(name) ? path : findUnstorable(one, [...path, name])
    if (found) return found
  }
  return undefined
}

const message = 'Text cannot hold the character U+0000, nor half of a surrogate pair.'

/** Refuses U+0000 and lone surrogates in variables with `input.invalid`: Postgres has no place for them. `query` tells their arguments. */
export function checkVariables(variables: unknown, query?: string): void {
  const path = findUnstorable(variables, [])
  if (path) throw invalidInput([{ path: argumentPlace(query, path), message }])
}

/** Refuses U+0000 written into the document itself. */
export function checkLiterals(document: DocumentNode): void {
  visit(document, {
    StringValue(node, _key, parent, keys, ancestors) {
      if (!node.value.includes('\u0000')) return
      throw invalidInput([{ path: placeOf(keys, [...ancestors, parent]), message }])
    },
  })
}
