import type { DocumentNode } from 'graphql'
import type { GatewayPlugin } from '../context.ts'

const max = 1_000

/**
 * The documents that have come through all checks which do not depend on variables or caller: parsed, within limits
 * and valid. The one asked longest ago goes when there are too many.
 */
export function createKnownDocuments() {
  const documents = new Map<string, DocumentNode>()

  function add(text: string, document: DocumentNode): void {
    documents.delete(text)
    documents.set(text, document)
    if (documents.size <= max) return
    const oldest = documents.keys().next()
    if (!oldest.done) documents.delete(oldest.value)
  }

  /** Takes down each document that gets as far as being carried out. */
  const plugin: GatewayPlugin = {
    onExecute({ args }) {
      const context: unknown = args.contextValue
      if (typeof context !== 'object' || context === null || !('params' in context)) return
      const { params } = context
      if (typeof params !== 'object' || params === null || !('query' in params)) return
      if (typeof params.query === 'string') add(params.query, args.document)
    },
  }
  return {
    plugin,
    find(text: string): DocumentNode | undefined {
      const document = documents.get(text)
      if (document) add(text, document)
      return document
    },
  }
}

export type KnownDocuments = ReturnType<typeof createKnownDocuments>
