import { query } from '../graphql/client.ts'
import { graphql } from '../graphql/graphql.ts'
import { routes } from '../frame/here.ts'

/** An object that the palette found. */
export interface Found {
  id: string
  kind: 'Prompt' | 'Snippet'
  title: string
  href: string
}

const foundQuery = graphql(`
  query Found($search: String!) {
    prompts(first: 8, search: $search) {
      edges {
        node {
          id
          title
        }
      }
    }
    snippets(first: 4, search: $search) {
      edges {
        node {
          id
          name
        }
      }
    }
  }
`)

/** The few objects whose texts have these words best. Browser only. */
export async function findObjects(search: string): Promise<Found[]> {
  const { prompts, snippets } = await query({ document: foundQuery, variables: { search } })
  return [
    ...prompts.edges.map(({ node }): Found => ({
      id: node.id,
      kind: 'Prompt',
      title: node.title,
      href: routes.prompt(node.id),
    })),
    ...snippets.edges.map(({ node }): Found => ({
      id: node.id,
      kind: 'Snippet',
      title: `@${node.name}`,
      href: routes.snippet(node.id),
    })),
  ]
}
