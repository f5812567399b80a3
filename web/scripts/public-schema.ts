import { transformSupergraphToPublicSchema } from '@theguild/federation-composition'
import { buildASTSchema, lexicographicSortSchema, parse, printSchema } from 'graphql'

/** The schema that the gateway shows to clients, printed, from the text of its supergraph. */
export function publicSchema(supergraph: string): string {
  const document = transformSupergraphToPublicSchema(parse(supergraph))
  return `${printSchema(lexicographicSortSchema(buildASTSchema(document)))}\n`
}
