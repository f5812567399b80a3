import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { signLocalAdmin } from '@quillworks/service-kit/local-admin'
import type { Start } from './quillworks.ts'

/** One answer of the GraphQL API. */
export interface Answer {
  data: Record<string, unknown> | null | undefined
  errors: { message: string; path?: (string | number)[]; extensions: { code: string } }[]
}

/** Sends one GraphQL request; the answer may hold errors. */
async function send(input: {
  url: string
  authorization: string
  query: string
  variables?: object
}): Promise<Answer> {
  const response = await fetch(`${input.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${input.authorization}` },
    body: JSON.stringify({ query: input.query, variables: input.variables ?? {} }),
    signal: AbortSignal.timeout(60_000),
  })
  const body = (await response.json()) as Partial<Answer>
  return { data: body.data, errors: body.errors ?? [] }
}

/** The secret of a data folder, as whoever may read the folder has it. */
export function secretOf(start: Start): string {
  return readFileSync(join(start.dataDir, 'secret'), 'utf8').trim()
}

/** Sends one GraphQL request as the local owner, and throws what it refuses. */
export async function askAsOwner<Data>(start: Start, query: string, variables: object = {}): Promise<Data> {
  const authorization = await signLocalAdmin({ secret: secretOf(start) })
  const answer = await send({ url: start.url, authorization, query, variables })
  if (answer.errors.length > 0) throw new Error(JSON.stringify(answer.errors))
  return answer.data as Data
}
