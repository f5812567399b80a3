import { graphql, type ResultOf } from '../graphql/graphql.ts'

export const auditQuery = graphql(`
  query AuditLog($first: Int, $after: String, $filter: AuditFilter) {
    auditLog(first: $first, after: $after, filter: $filter) {
      edges {
        node {
          id
          at
          action
          actor {
            id
            name
            email
            apiKeyId
          }
          target {
            type
            id
            name
          }
          clientAddress
          details
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`)

export type AuditEntry = ResultOf<typeof auditQuery>['auditLog']['edges'][number]['node']
