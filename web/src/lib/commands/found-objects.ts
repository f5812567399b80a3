import { query } from '../graphql/client.ts'
import { graphql } from '../graphql/graphql.ts'
import { routes } from '../frame/here.ts'

/** An object that the palette found. */
export interface Found {
  id: string
  kind: 'Prompt'
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
  }
`)

/** The few objects whose texts have these words best. Browser only. */
export async function findObjects(search: string): Promise<Found[]> {
  const { prompts } = await query({ document: foundQuery, variables: { search } })
  return prompts.edges.map(({ node }) => ({
    id: node.id,
    kind: 'Prompt',
    title: node.title,
    href: routes.prompt(node.id),
  }))
}
