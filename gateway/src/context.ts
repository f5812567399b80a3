import { AppError } from '@quillworks/service-kit/errors'
import type { ExecutionResult } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { Identity } from '@quillworks/service-kit/identity'
import type { IdentityDependencies } from './identity/graphql/context.ts'

/** What the edge knows about a request before GraphQL sees it. */
export interface Caller {
  /** Undefined when nothing was sent; a few root fields are open then. */
  identity: Identity | undefined
  /** Asks again who the caller is, for what stays open long; undefined when they are nobody any more. */
  reauthenticate: () => Promise<Identity | undefined>
  /** From where the request came; undefined where that cannot be told. */
  clientAddress: string | undefined
  /** What carrying the operation out gave already, where only its answer is to be made. */
  answered?: ExecutionResult | undefined
}

/** What one operation carries through the stitched schema. */
export interface GatewayContext extends Caller {
  request: Request
  dependencies: IdentityDependencies
}

export type GatewayPlugin = Plugin<object, Caller, Pick<GatewayContext, 'dependencies'>>

export function requireIdentity(context: Pick<GatewayContext, 'identity'>): Identity {
  if (context.identity) return context.identity
  throw new AppError('auth.unauthenticated', 'Sign in, or send an API key as "Authorization: Bearer …".')
}
