import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  OperationTypeNode,
  type OperationDefinitionNode,
  parseType,
  print,
  type SelectionNode,
  type VariableDefinitionNode,
  visit,
} from 'graphql'
import type { EntityGroup, Fetch } from './plan-shape.ts'

/** What one service answers of an operation's root, with the response keys. */
export interface RootSelection {
  keys: Set<string>
  selections: SelectionNode[]
}

/** Fields of one object type that another service answers, at one path. */
export interface EntityNeed {
  type: string
  service: string
  path: string[]
  level: number
  selections: SelectionNode[]
}

const name = (value: string) => ({ kind: Kind.NAME, value }) as const
const setOf = (selections: SelectionNode[]) => ({ kind: Kind.SELECTION_SET, selections }) as const

function variablesOf(nodes: readonly (SelectionNode | FragmentDefinitionNode)[]): Set<string> {
  const found = new Set<string>()
  for (const node of nodes)
    visit(node, {
      Variable: ({ name: { value } }) => {
        found.add(value)
      },
    })
  return found
}

/** Whether each variable that the operation declares stands in it or in a fragment of its document. */
export function usesAllVariables(document: DocumentNode, operation: OperationDefinitionNode): boolean {
  const fragments = document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION)
  const used = variablesOf([...operation.selectionSet.selections, ...fragments])
  return (operation.variableDefinitions ?? []).every(({ variable }) => used.has(variable.name.value))
}

function documentOf(
  operation: OperationDefinitionNode,
  kind: OperationTypeNode,
  selections: SelectionNode[],
  more: VariableDefinitionNode[] = [],
): { document: DocumentNode; variables: string[] } {
  const used = variablesOf(selections)
  const definitions = (operation.variableDefinitions ?? []).filter(({ variable }) =>
    used.has(variable.name.value),
  )
  const document: DocumentNode = {
    kind: Kind.DOCUMENT,
    definitions: [
      {
        kind: Kind.OPERATION_DEFINITION,
        operation: kind,
        variableDefinitions: [...definitions, ...more],
        selectionSet: setOf(selections),
      },
    ],
  }
  return { document, variables: definitions.map(({ variable }) => variable.name.value) }
}

/** The first requests: each service's root fields in one document. */
export function rootFetches(operation: OperationDefinitionNode, roots: Map<string, RootSelection>): Fetch[] {
  return [...roots].map(([service, { keys, selections }]) => ({
    service,
    ...documentOf(operation, operation.operation, selections),
    rootKeys: [...keys],
    entities: [],
  }))
}

/** The response keys that a selection gives, those inside fragments too. */
function fieldsOf(selections: readonly SelectionNode[]): string[] {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection.alias?.value ?? selection.name.value]
    return selection.kind === Kind.INLINE_FRAGMENT ? fieldsOf(selection.selectionSet.selections) : []
  })
}

const variable = (value: string) => ({ kind: Kind.VARIABLE, name: name(value) }) as const

function entitiesField(group: EntityGroup, selections: SelectionNode[]): FieldNode {
  return {
    kind: Kind.FIELD,
    alias: name(group.key),
    name: name('_entities'),
    arguments: [{ kind: Kind.ARGUMENT, name: name('representations'), value: variable(group.key) }],
    selectionSet: setOf([
      {
        kind: Kind.INLINE_FRAGMENT,
        typeCondition: { kind: Kind.NAMED_TYPE, name: name(group.type) },
        selectionSet: setOf(selections),
      },
    ]),
  }
}

/** The requests that go on from entities: for each level one per service, and in it each selection once. */
export function entityFetches(operation: OperationDefinitionNode, needs: EntityNeed[]): Fetch[][] {
  const levels: Map<string, EntityNeed[]>[] = []
  for (const need of needs) {
    const level = (levels[need.level - 1] ??= new Map())
    level.set(need.service, [...(level.get(need.service) ?? []), need])
  }
  return levels.map((level) =>
    [...level].map(([service, wanted]) => {
      const groups = new Map<string, { group: EntityGroup; selections: SelectionNode[] }>()
      for (const { type, path, selections } of wanted) {
        const text = `${type} ${selections.map(print).join(' ')}`
        const key = `_of${groups.size}`
        const fields = [...new Set(fieldsOf(selections))]
        const known = groups.get(text) ?? { group: { key, type, paths: [], fields }, selections }
        groups.set(text, known)
        known.group.paths.push(path)
      }
      const all = [...groups.values()]
      return {
        service,
        ...documentOf(
          operation,
          OperationTypeNode.QUERY,
          all.map(({ group, selections }) => entitiesField(group, selections)),
          all.map(({ group }) => ({
            kind: Kind.VARIABLE_DEFINITION,
            variable: variable(group.key),
            type: parseType('[_Any!]!'),
          })),
        ),
        rootKeys: all.map(({ group }) => group.key),
        entities: all.map(({ group }) => group),
      }
    }),
  )
}
