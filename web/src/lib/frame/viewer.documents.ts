import { graphql, type ResultOf } from '../graphql/graphql.ts'

/** Who is here, and where they can go. */
export const viewerQuery = graphql(`
  query Viewer {
    viewer {
      statusMode
      user {
        id
        name
        email
      }
      organization {
        id
        name
        slug
        role
      }
      organizations {
        id
        name
        slug
      }
      project {
        id
        name
        slug
      }
    }
    projects(first: 100) {
      edges {
        node {
          id
          name
          slug
        }
      }
    }
  }
`)

type Answer = ResultOf<typeof viewerQuery>
export type Viewer = Answer['viewer'] & { projects: { id: string; name: string; slug: string }[] }

/** The answer as pages use it. */
export function viewerOf({ viewer, projects }: Answer): Viewer {
  return { ...viewer, projects: projects.edges.map(({ node }) => node) }
}

export const setStatusModeMutation = graphql(`
  mutation SetStatusMode($mode: StatusMode!) {
    setStatusMode(mode: $mode) {
      statusMode
    }
  }
`)

export const placeQuery = graphql(`
  query Place {
    viewer {
      organization {
        slug
      }
      project {
        slug
      }
    }
  }
`)
