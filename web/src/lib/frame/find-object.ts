import { createClient, query } from '../graphql/client.ts'
import { Failure } from '../graphql/failure.ts'
import { graphql } from '../graphql/graphql.ts'
import type { Place } from '../place.ts'

const organizationsQuery = graphql(`
  query MyOrganizations {
    viewer {
      organizations {
        slug
      }
    }
  }
`)

const documents = {
  executions: graphql(`
    query ExecutionHere($id: ID!) {
      found: execution(id: $id) {
        id
      }
      viewer {
        project {
          slug
        }
      }
    }
  `),
  prompts: graphql(`
    query PromptHere($id: ID!) {
      found: prompt(id: $id) {
        id
      }
      viewer {
        project {
          slug
        }
      }
    }
  `),
  context: graphql(`
    query SnippetHere($id: ID!) {
      found: snippet(id: $id) {
        id
      }
      viewer {
        project {
          slug
        }
      }
    }
  `),
}

const isKind = (word: string | undefined): word is keyof typeof documents =>
  word !== undefined && word in documents

/**
 * The place of the one thing that a short path such as `/executions/<id>` names: `here` if it is there or the path names
 * none, else the first of the reader's organizations that has it. Nobody's organization but the reader's is asked.
 */
export async function placeOfObject(
  fetch: typeof globalThis.fetch,
  { pathname, here }: { pathname: string; here: Place },
): Promise<Place> {
  const [, kind, id] = pathname.split('/')
  if (!isKind(kind) || !/^[0-9a-f-]{36}$/.test(id ?? '')) return here
  const variables = { id: id ?? '' }
  const look = async (place: Partial<Place> & { organization: string }): Promise<Place | undefined> => {
    try {
      const client = createClient(fetch, place)
      const { found, viewer } = await query({ document: documents[kind], variables, client })
      return found ? { organization: place.organization, project: viewer.project.slug } : undefined
    } catch (failure) {
      if (failure instanceof Failure) return undefined
      throw failure
    }
  }
  if (await look(here)) return here
  const client = createClient(fetch)
  const { viewer } = await query({ document: organizationsQuery, variables: {}, client })
  for (const { slug } of viewer.organizations) {
    const place = slug === here.organization ? undefined : await look({ organization: slug })
    if (place) return place
  }
  return here
}
