import type { TextFrame } from '@quillworks/executions/contract'
import { type DocumentNode, type ExecutionResult, Kind } from 'graphql'

type Select = (frame: TextFrame) => ExecutionResult

function isFrameField(name: string): name is keyof TextFrame {
  return ['stepKey', 'attempt', 'offset', 'text', 'done'].includes(name)
}

/**
 * What a document that is nothing but fields of `executionStream` makes of a frame, without carrying it out: a frame's
 * fields are answered as they are. Undefined for documents with fragments, directives or more; `document` is valid.
 */
export function frameSelection(document: DocumentNode): Select | undefined {
  const [operation] = document.definitions
  if (document.definitions.length !== 1 || operation?.kind !== Kind.OPERATION_DEFINITION) return undefined
  const [root] = operation.selectionSet.selections
  if (root?.kind !== Kind.FIELD || root.name.value !== 'executionStream' || root.directives?.length)
    return undefined
  if (operation.selectionSet.selections.length !== 1 || operation.directives?.length) return undefined
  const taken: [as: string, field: keyof TextFrame][] = []
  for (const selection of root.selectionSet?.selections ?? []) {
    if (selection.kind !== Kind.FIELD || selection.directives?.length) return undefined
    if (!isFrameField(selection.name.value)) return undefined
    taken.push([selection.alias?.value ?? selection.name.value, selection.name.value])
  }
  const key = root.alias?.value ?? root.name.value
  return (frame) => ({
    data: { [key]: Object.fromEntries(taken.map(([as, field]) => [as, frame[field]])) },
  })
}
