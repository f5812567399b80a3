import { readFile, writeFile } from 'node:fs/promises'
import { publicSchema } from './public-schema.ts'

// Run by `bun run schema` in web/ after the gateway's supergraph changed; gql.tada types the web's documents from it.
const web = new URL('..', import.meta.url).pathname
const supergraph = await readFile(`${web}../gateway/supergraph.graphql`, 'utf8')
await writeFile(`${web}src/lib/graphql/schema.graphql`, publicSchema(supergraph))
