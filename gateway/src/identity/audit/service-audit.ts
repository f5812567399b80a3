import type { Executor } from '@graphql-tools/utils'
import { AppError } from '@quillworks/service-kit/errors'
import { parse } from 'graphql'
import { z } from 'zod'
import type { GatewayContext } from '../../context.ts'
import type { IdentityContext } from '../graphql/context.ts'
import { auditRowSchema } from './audit-log.ts'
import type { ReadServiceAudit } from './audit-log.usecases.ts'

const answerSchema = z.object({ auditEntries: z.array(auditRowSchema) })

/**
 * Reads the administration entries of a service in the caller's name. Its subgraph answers `field` to the gateway alone:
 * it is not part of the supergraph's own schema.
 */
export function readAuditOf(executor: Executor<GatewayContext>, field: string): ReadServiceAudit {
  const query = parse(`query ($question: JSON!) { auditEntries: ${field}(question: $question) }`)
  return async (context, question) => {
    // The gateway carries this subgraph out in its own context.
    const caller = context as IdentityContext & GatewayContext
    const answer = await executor({ document: query, variables: { question }, context: caller })
    if (Symbol.asyncIterator in answer) throw new Error('A query gave a stream.')
    const [error] = answer.errors ?? []
    if (error) {
      const { code } = error.extensions
      throw new AppError(typeof code === 'string' ? code : 'internal', error.message, { cause: error })
    }
    return answerSchema.parse(answer.data).auditEntries
  }
}
