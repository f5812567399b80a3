import { type ASTNode, type DocumentNode, Kind, parse, visit } from 'graphql'
import { documentLimits } from './limits.ts'

type Path = (string | number)[]
type Visited = ASTNode | readonly ASTNode[] | undefined

/** The arguments and fields that lead to a value in a document, as issues name it: what is in `input` without `input`. */
export function placeOf(keys: readonly (string | number)[], ancestors: readonly Visited[]): Path {
  const place: Path = []
  ancestors.forEach((ancestor, depth) => {
    if (!ancestor) return
    if ('kind' in ancestor) {
      if (ancestor.kind === Kind.ARGUMENT || ancestor.kind === Kind.OBJECT_FIELD)
        place.push(ancestor.name.value)
      return
    }
    const list = ancestors[depth - 1]
    const index = keys[depth]
    if (list && 'kind' in list && list.kind === Kind.LIST && typeof index === 'number') place.push(index)
  })
  return withoutInput(place)
}

function withoutInput(place: Path): Path {
  return place[0] === 'input' && place.length > 1 ? place.slice(1) : place
}

function readDocument(text: string): DocumentNode | undefined {
  try {
    return parse(text, { maxTokens: documentLimits.tokens })
  } catch {
    return undefined
  }
}

/**
 * Names a place in the variables by the argument that a document gives the variable to: `["i", "values", "x"]` of
 * `run(input: $i)` is `["values", "x"]`. A variable that no argument takes keeps its name.
 */
export function argumentPlace(text: string | undefined, [variable = '', ...rest]: Path): Path {
  const document = text === undefined ? undefined : readDocument(text)
  let found: Path | undefined
  if (document) {
    visit(document, {
      Variable(node, _key, parent, keys, ancestors) {
        if (node.name.value !== variable) return
        const place = placeOf(keys, [...ancestors, parent])
        if (place.length > 0) found ??= place
      },
    })
  }
  return withoutInput([...(found ?? [variable]), ...rest])
}
