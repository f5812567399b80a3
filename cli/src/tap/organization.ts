import { isId } from '@quillworks/service-kit/ids'
import { z } from 'zod'
import type { Connection } from '../connection/connection.ts'
import { request } from '../connection/graphql.ts'

const schema = z.object({ organization: z.object({ id: z.string() }) })

/** Id of the organization to act in; the gateway is asked where it was not given as an id. */
export async function organizationIdOf(connection: Connection, given: string): Promise<string> {
  if (isId(given)) return given
  const { organization } = await request({ connection, query: '{ organization { id } }', schema })
  return organization.id
}
