import { graphql, type ResultOf, type VariablesOf } from '../graphql/graphql.ts'
import { summary } from './execution.documents.ts'

/** What a row of the page of executions shows. Events bring less: who and which models are read with it. */
const row = graphql(
  `
    fragment Row on Execution {
      ...Summary
      models
      createdBy {
        id
        name
      }
    }
  `,
  [summary],
)

export const executionRowsQuery = graphql(
  `
    query ExecutionRows($first: Int!, $after: String, $filter: ExecutionFilter!, $counted: Boolean!) {
      executions(first: $first, after: $after, filter: $filter) {
        edges {
          node {
            ...Row
          }
        }
        pageInfo {
          endCursor
          hasNextPage
        }
        lookedBackTo
        totalCount @include(if: $counted)
        totalCountCapped @include(if: $counted)
      }
    }
  `,
  [row],
)

const view = graphql(`
  fragment View on SavedView {
    id
    name
    query
  }
`)

export const savedViewsQuery = graphql(
  `
    query SavedViews($page: String!) {
      savedViews(page: $page) {
        ...View
      }
    }
  `,
  [view],
)

export const saveView = graphql(
  `
    mutation SaveView($input: SaveViewInput!) {
      saveView(input: $input) {
        ...View
      }
    }
  `,
  [view],
)

export const deleteView = graphql(`
  mutation DeleteView($id: ID!) {
    deleteView(id: $id) {
      id
    }
  }
`)

export type ExecutionRowData = ResultOf<typeof row>
export type ExecutionFilter = VariablesOf<typeof executionRowsQuery>['filter']
export type ExecutionRowsPage = ResultOf<typeof executionRowsQuery>['executions']
export type SavedView = ResultOf<typeof view>
