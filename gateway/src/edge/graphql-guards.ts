import { AppError } from '@quillworks/service-kit/errors'
import type { Logger } from '@quillworks/service-kit/logger'
import {
  type DocumentNode,
  getOperationAST,
  GraphQLError,
  Kind,
  NoSchemaIntrospectionCustomRule,
  type SelectionSetNode,
} from 'graphql'
import { type GatewayContext, type GatewayPlugin, requireIdentity } from '../context.ts'
import { checkAcceptsStream } from './accept.ts'
import { checkLiterals, checkVariables } from './clean-input.ts'
import { checkDocument, documentLimits } from './limits.ts'
import { maskError } from './mask-error.ts'

const openFields = new Set([
  'acceptInvitation',
  'invitation',
  'signInMethods',
  '__typename',
  '__schema',
  '__type',
])

function rootFields(document: DocumentNode, selectionSet: SelectionSetNode, depth = 0): string[] {
  if (depth > documentLimits.depth) return []
  return selectionSet.selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection.name.value]
    if (selection.kind === Kind.INLINE_FRAGMENT)
      return rootFields(document, selection.selectionSet, depth + 1)
    const fragment = document.definitions.find(
      (node) => node.kind === Kind.FRAGMENT_DEFINITION && node.name.value === selection.name.value,
    )
    return fragment?.kind === Kind.FRAGMENT_DEFINITION
      ? rootFields(document, fragment.selectionSet, depth + 1)
      : []
  })
}

/** Refuses with `auth.unauthenticated` an operation that needs to know who asks, when nobody said. */
export function checkSignedIn(
  document: DocumentNode,
  operationName: string | null | undefined,
  context: object,
): void {
  if ('identity' in context && context.identity) return
  const operation = getOperationAST(document, operationName)
  const fields = operation ? rootFields(document, operation.selectionSet) : []
  if (!fields.every((field) => openFields.has(field))) requireIdentity({ identity: undefined })
}

/** Refuses a document that is too long to look at, and variables that cannot be stored. */
export function checkParams(params: { query?: string | undefined; variables?: unknown }): void {
  if (typeof params.query === 'string' && params.query.length > documentLimits.characters) {
    const message = `A document has ${documentLimits.characters} characters at most.`
    throw new GraphQLError(message, { extensions: { code: 'query.too_large', http: { status: 413 } } })
  }
  checkVariables(params.variables, params.query)
}

function variablesOf(params: unknown): unknown {
  return typeof params === 'object' && params !== null && 'variables' in params ? params.variables : undefined
}

/** Limits on size before parsing and on weight before validation, clean input, and who may ask at all. */
export function graphqlGuards(input: { introspection: boolean; logger: Logger }): GatewayPlugin {
  return {
    onParams({ params }) {
      checkParams(params)
    },
    onParse({ parseFn, setParseFn, context, params: { source } }) {
      setParseFn((text, options) => parseFn(text, { ...options, maxTokens: documentLimits.tokens }))
      return ({ result }) => {
        if (result instanceof Error || result === null) return
        const document = result as DocumentNode
        const variables = 'params' in context ? variablesOf(context.params) : undefined
        checkDocument(document, (variables ?? {}) as Record<string, unknown>)
        if (String(source).includes('\\u')) checkLiterals(document)
      }
    },
    onValidate({ addValidationRule }) {
      if (!input.introspection) addValidationRule(NoSchemaIntrospectionCustomRule)
    },
    onResultProcess(event) {
      // Errors of validation come here unmasked, with codes of yoga's own.
      const { result } = event
      if (Array.isArray(result) || Symbol.asyncIterator in result || !result.errors) return
      event.setResult({ ...result, errors: result.errors.map((error) => maskError(error, input.logger)) })
    },
    onExecute({ args }) {
      checkSignedIn(args.document, args.operationName, args.contextValue)
    },
    onSubscribe({ args }) {
      const { request } = args.contextValue as Partial<GatewayContext>
      if (request) checkAcceptsStream(request)
      checkSignedIn(args.document, args.operationName, args.contextValue)
      const operation = getOperationAST(args.document, args.operationName)
      if (operation && rootFields(args.document, operation.selectionSet).length !== 1) {
        throw new AppError('graphql.invalid', 'A subscription has exactly one root field.')
      }
    },
  }
}
