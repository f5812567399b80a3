import type { TextFrame } from '@quillworks/executions/contract'
import { type DocumentNode, type ExecutionArgs, type ExecutionResult, Kind, visit } from 'graphql'
import { frameSelection } from './frame-selection.ts'

/** True where a document says alone what is selected: one operation, and no directive that asks a variable. */
function isFixed(document: DocumentNode): boolean {
  const operations = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION)
  let fixed = operations.length === 1
  visit(document, {
    Directive: () => {
      fixed = false
    },
  })
  return fixed
}

/**
 * Carries out an event's selection once for all subscribers who get the same event by the same document, which are
 * most readers of a stream. An event must be the same object for all of them; nothing outlives it or its document.
 */
export function sharedResults(execute: (args: ExecutionArgs) => ExecutionResult | Promise<ExecutionResult>) {
  const fixed = new WeakMap<DocumentNode, boolean>()
  const results = new WeakMap<object, WeakMap<DocumentNode, ExecutionResult>>()
  const selections = new WeakMap<DocumentNode, { select: ReturnType<typeof frameSelection> }>()

  function selectionOf(document: DocumentNode): ReturnType<typeof frameSelection> {
    const known = selections.get(document) ?? { select: frameSelection(document) }
    selections.set(document, known)
    return known.select
  }

  return async (args: ExecutionArgs, event: unknown): Promise<ExecutionResult> => {
    const { document } = args
    const isShared = fixed.get(document) ?? isFixed(document)
    fixed.set(document, isShared)
    if (!isShared || typeof event !== 'object' || event === null)
      return execute({ ...args, rootValue: event })
    const known = results.get(event) ?? new WeakMap<DocumentNode, ExecutionResult>()
    results.set(event, known)
    const result =
      known.get(document) ??
      selectionOf(document)?.(event as TextFrame) ??
      (await execute({ ...args, rootValue: event }))
    if (!result.errors) known.set(document, result)
    return result
  }
}
