import { graphql, type ResultOf } from '../graphql/graphql.ts'

const row = graphql(`
  fragment SnippetListRow on Snippet {
    id
    name
    text
    visibility
    versionNumber
    updatedAt
    resolves
    owner {
      id
      name
    }
  }
`)

export const snippetsQuery = graphql(
  `
    query Snippets(
      $first: Int
      $last: Int
      $after: String
      $before: String
      $search: String
      $sort: SnippetSort
    ) {
      snippets(first: $first, last: $last, after: $after, before: $before, search: $search, sort: $sort) {
        edges {
          node {
            ...SnippetListRow
          }
        }
        pageInfo {
          hasNextPage
          hasPreviousPage
          startCursor
          endCursor
        }
        totalCount
        totalCountCapped
      }
    }
  `,
  [row],
)

export const snippetQuery = graphql(
  `
    query SnippetEditor($id: ID!) {
      snippet(id: $id) {
        ...SnippetListRow
        usedBy(first: 50) {
          edges {
            node {
              id
              title
              updatedAt
            }
          }
          totalCount
          totalCountCapped
        }
        versions(first: 20) {
          edges {
            node {
              id
              number
              name
              text
              comment
              createdAt
              createdBy {
                name
              }
            }
          }
          pageInfo {
            hasNextPage
          }
        }
      }
    }
  `,
  [row],
)

export const createSnippetMutation = graphql(
  `
    mutation CreateSnippet($input: CreateSnippetInput!) {
      createSnippet(input: $input) {
        ...SnippetListRow
      }
    }
  `,
  [row],
)

export const updateSnippetMutation = graphql(
  `
    mutation UpdateSnippet($input: UpdateSnippetInput!) {
      updateSnippet(input: $input) {
        ...SnippetListRow
      }
    }
  `,
  [row],
)

export const deleteSnippetMutation = graphql(`
  mutation DeleteSnippet($id: ID!) {
    deleteSnippet(id: $id) {
      id
    }
  }
`)

export type SnippetRow = ResultOf<typeof row>
export type SnippetDetail = NonNullable<ResultOf<typeof snippetQuery>['snippet']>
