import {
  type DocumentNode,
  type ExecutionResult,
  type FieldNode,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql'

const idVariable = '__liveId'
/** Under this name each read also tells its revision; it is taken out before the client sees the answer. */
export const revisionField = '__liveRevision'

export interface ReadThrough {
  /** `executionUpdated` or `executionsUpdated`. */
  source: string
  field: FieldNode
  document: DocumentNode
  variables: (id: string) => Record<string, unknown>
  responseKey: string
}

const name = (value: string) => ({ kind: Kind.NAME, value }) as const

function readField(field: FieldNode): FieldNode {
  const selections = field.selectionSet?.selections ?? []
  const revision: FieldNode = { kind: Kind.FIELD, alias: name(revisionField), name: name('revision') }
  return {
    kind: Kind.FIELD,
    alias: name(field.alias?.value ?? field.name.value),
    name: name('execution'),
    arguments: [
      {
        kind: Kind.ARGUMENT,
        name: name('id'),
        value: { kind: Kind.VARIABLE, name: name(idVariable) },
      },
    ],
    selectionSet: { kind: Kind.SELECTION_SET, selections: [...selections, revision] },
  }
}

/**
 * Turns a subscription to executions into the query that reads the same selection of one of them: such a state is
 * read whole at one revision, never mixed out of an event and a later read. Undefined for other subscriptions.
 */
export function toReadThrough(
  document: DocumentNode,
  operationName?: string | null,
): ReadThrough | undefined {
  const operation = getOperationAST(document, operationName)
  const field = operation?.selectionSet.selections.find((selection) => selection.kind === Kind.FIELD)
  if (!operation || field?.kind !== Kind.FIELD) return undefined
  const source = field.name.value
  if (source !== 'executionUpdated' && source !== 'executionsUpdated') return undefined
  const query: OperationDefinitionNode = {
    ...operation,
    operation: OperationTypeNode.QUERY,
    variableDefinitions: [
      ...(operation.variableDefinitions ?? []),
      {
        kind: Kind.VARIABLE_DEFINITION,
        variable: { kind: Kind.VARIABLE, name: name(idVariable) },
        type: { kind: Kind.NON_NULL_TYPE, type: { kind: Kind.NAMED_TYPE, name: name('ID') } },
      },
    ],
    selectionSet: { kind: Kind.SELECTION_SET, selections: [readField(field)] },
  }
  const fragments = document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION)
  return {
    source,
    field,
    document: { kind: Kind.DOCUMENT, definitions: [query, ...fragments] },
    variables: (id) => ({ [idVariable]: id }),
    responseKey: field.alias?.value ?? field.name.value,
  }
}

/** The revision an answer was read at, and the answer without it. */
export function takeRevision(
  result: ExecutionResult,
  responseKey: string,
): { revision: number; result: ExecutionResult } {
  const value = result.data?.[responseKey]
  if (typeof value !== 'object' || value === null) return { revision: 0, result }
  const { [revisionField]: revision, ...rest } = value as Record<string, unknown>
  return {
    revision: typeof revision === 'number' ? revision : 0,
    result: { ...result, data: { ...result.data, [responseKey]: rest } },
  }
}
