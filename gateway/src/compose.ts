import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { composeServices } from '@theguild/federation-composition'
import { Kind, parse } from 'graphql'
import { identitySdl } from './identity/graphql/schema.ts'
import { liveSdl } from './live/live.schema.ts'
import { supergraphFile } from './supergraph/supergraph-file.ts'

const root = join(import.meta.dirname, '../..')

/** The subgraphs of this gateway itself, carried out without a request. */
export const localSubgraphs = ['identity', 'live'] as const

export interface Subgraph {
  name: string
  sdl: string
}

/** A service without fields of its own yet is a process, but nothing that composition could take. */
function hasFields(sdl: string): boolean {
  return parse(sdl).definitions.some((node) => 'fields' in node && (node.fields?.length ?? 0) > 0)
}

/** Every service's committed SDL, and the gateway's own. */
export function readSubgraphs(): Subgraph[] {
  const services = readdirSync(join(root, 'services')).sort()
  const committed = services.flatMap((name) => {
    const file = join(root, 'services', name, 'schema.graphql')
    return existsSync(file) ? [{ name, sdl: readFileSync(file, 'utf8') }] : []
  })
  const own = [
    { name: 'identity', sdl: identitySdl },
    { name: 'live', sdl: liveSdl },
  ]
  return [...committed.filter(({ sdl }) => hasFields(sdl)), ...own]
}

/** Composes subgraphs into a supergraph; every composition error at once. */
export function compose(subgraphs: Subgraph[]): string {
  const result = composeServices(
    subgraphs.map(({ name, sdl }) => ({ name, url: `http://${name}/graphql`, typeDefs: parse(sdl) })),
  )
  if (!result.supergraphSdl) {
    throw new Error(
      `The subgraphs do not compose:\n${result.errors?.map((error) => error.message).join('\n')}`,
    )
  }
  return `${result.supergraphSdl.trim()}\n`
}

if (import.meta.main) {
  const supergraph = compose(readSubgraphs())
  writeFileSync(supergraphFile, supergraph)
  const types = parse(supergraph).definitions.filter((node) => node.kind === Kind.OBJECT_TYPE_DEFINITION)
  console.log(`Composed ${types.length} object types into gateway/supergraph.graphql`)
}
