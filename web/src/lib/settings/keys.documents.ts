import { graphql, type ResultOf } from '../graphql/graphql.ts'

export const keysQuery = graphql(`
  query ApiKeys($first: Int, $last: Int, $after: String, $before: String) {
    apiKeys(first: $first, last: $last, after: $after, before: $before) {
      edges {
        node {
          id
          name
          start
          scopes
          createdAt
          createdBy {
            id
            name
          }
          expiresAt
          lastUsedAt
        }
      }
      pageInfo {
        hasNextPage
        hasPreviousPage
        startCursor
        endCursor
      }
    }
  }
`)

export type ApiKey = ResultOf<typeof keysQuery>['apiKeys']['edges'][number]['node']

export const createKeyMutation = graphql(`
  mutation CreateApiKey($input: CreateApiKeyInput!) {
    createApiKey(input: $input) {
      key
      apiKey {
        id
        name
        scopes
        expiresAt
      }
    }
  }
`)

export const revokeKeyMutation = graphql(`
  mutation RevokeApiKey($id: ID!) {
    revokeApiKey(id: $id) {
      id
    }
  }
`)
