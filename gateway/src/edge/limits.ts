import { AppError } from '@quillworks/service-kit/errors'
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql'

/** What one GraphQL document may ask for; counted on the syntax tree, before validation does any work. */
export interface DocumentLimits {
  characters: number
  tokens: number
  depth: number
  aliases: number
  directives: number
  rootFields: number
  cost: number
}

export const documentLimits: DocumentLimits = {
  characters: 64 * 1024,
  tokens: 4_000,
  depth: 16,
  aliases: 60,
  directives: 60,
  rootFields: 30,
  cost: 50_000,
}

/** Depth, aliases and directives of a selection, and its cost: one per field, times the page size of each list around it. */
export interface Weight {
  depth: number
  aliases: number
  directives: number
  cost: number
}

const nothing: Weight = { depth: 0, aliases: 0, directives: 0, cost: 0 }
const pageArguments = new Set(['first', 'last', 'limit'])

function numberOf(value: ValueNode, variables: Record<string, unknown>): number | undefined {
  if (value.kind === Kind.INT) return Number(value.value)
  if (value.kind !== Kind.VARIABLE) return undefined
  const given = variables[value.name.value]
  return typeof given === 'number' ? given : undefined
}

/** Weighs each fragment once, so that fragments inside fragments cost linear time; a cycle counts as nothing here and fails validation. */
function createWeigher(document: DocumentNode, variables: Record<string, unknown>) {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const node of document.definitions)
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node)
  const weighed = new Map<string, Weight>()

  function weighFragment(name: string): Weight {
    const known = weighed.get(name)
    if (known) return known
    weighed.set(name, nothing)
    const fragment = fragments.get(name)
    const weight = fragment ? weigh(fragment.selectionSet) : nothing
    weighed.set(name, weight)
    return weight
  }

  function weigh(selectionSet: SelectionSetNode): Weight {
    const total = { ...nothing }
    for (const selection of selectionSet.selections) {
      let inner = nothing
      if (selection.kind === Kind.FRAGMENT_SPREAD) inner = weighFragment(selection.name.value)
      else if (selection.selectionSet) inner = weigh(selection.selectionSet)
      const isField = selection.kind === Kind.FIELD
      const pages = isField
        ? (selection.arguments ?? [])
            .filter((argument) => pageArguments.has(argument.name.value))
            .map((argument) => numberOf(argument.value, variables) ?? 1)
        : []
      total.depth = Math.max(total.depth, inner.depth + (isField ? 1 : 0))
      total.aliases += inner.aliases + (isField && selection.alias ? 1 : 0)
      total.directives += inner.directives + (selection.directives?.length ?? 0)
      total.cost += (isField ? 1 : 0) + inner.cost * Math.max(1, ...pages)
    }
    return total
  }
  return weigh
}

/** Weighs one operation of a document with the fragments it spreads. */
export function weighOperation(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Record<string, unknown> = {},
): Weight {
  const weight = createWeigher(document, variables)(operation.selectionSet)
  return { ...weight, directives: weight.directives + (operation.directives?.length ?? 0) }
}

function tooMuch(what: string, found: number, limit: number): AppError {
  return new AppError(
    'query.too_complex',
    `This document has ${found} ${what}; ${limit} are allowed. Ask for less at once.`,
  )
}

/** Refuses a document with `query.too_complex` that goes beyond a limit in any of its operations. */
export function checkDocument(
  document: DocumentNode,
  variables: Record<string, unknown> = {},
  limits: DocumentLimits = documentLimits,
): void {
  for (const operation of document.definitions) {
    if (operation.kind !== Kind.OPERATION_DEFINITION) continue
    const roots = operation.selectionSet.selections.length
    const weight = weighOperation(document, operation, variables)
    if (roots > limits.rootFields) throw tooMuch('root fields', roots, limits.rootFields)
    if (weight.depth > limits.depth) throw tooMuch('levels', weight.depth, limits.depth)
    if (weight.aliases > limits.aliases) throw tooMuch('aliases', weight.aliases, limits.aliases)
    if (weight.directives > limits.directives)
      throw tooMuch('directives', weight.directives, limits.directives)
    if (weight.cost > limits.cost) throw tooMuch('points of cost', weight.cost, limits.cost)
  }
}
