import { readFile, writeFile } from 'node:fs/promises'
import { transformSupergraphToPublicSchema } from '@theguild/federation-composition'
import { buildASTSchema, lexicographicSortSchema, parse, printSchema } from 'graphql'

/**
 * Prints the schema that the gateway shows to clients, from which gql.tada types the documents of the web.
 * Run by `bun run schema` in web/, after the gateway's supergraph changed; takes another supergraph's path if given.
 */
const here = new URL('..', import.meta.url).pathname
const source = process.argv[2] ?? `${here}../gateway/supergraph.graphql`
const supergraph = parse(await readFile(source, 'utf8'))
const publicSchema = lexicographicSortSchema(buildASTSchema(transformSupergraphToPublicSchema(supergraph)))
await writeFile(`${here}src/lib/graphql/schema.graphql`, `${printSchema(publicSchema)}\n`)
