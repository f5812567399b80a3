import { graphql, type ResultOf } from '../graphql/graphql.ts'

const row = graphql(`
  fragment PromptListRow on Prompt {
    id
    title
    model
    tags
    archived
    visibility
    updatedAt
    versionNumber
    placeholders
  }
`)

export const promptListQuery = graphql(
  `
    query PromptList(
      $first: Int
      $last: Int
      $after: String
      $before: String
      $search: String
      $sort: PromptSort
      $tag: String
      $model: String
      $archived: Boolean
      $label: String
      $projectId: ID
    ) {
      prompts(
        first: $first
        last: $last
        after: $after
        before: $before
        search: $search
        sort: $sort
        tag: $tag
        model: $model
        archived: $archived
        label: $label
        projectId: $projectId
      ) {
        edges {
          node {
            ...PromptListRow
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

export const duplicatePromptMutation = graphql(`
  mutation DuplicatePrompt($id: ID!) {
    duplicatePrompt(id: $id) {
      id
      title
    }
  }
`)

export const archivePromptMutation = graphql(`
  mutation ArchivePrompt($id: ID!, $archived: Boolean!) {
    archivePrompt(id: $id, archived: $archived) {
      id
      archived
    }
  }
`)

export const deletePromptMutation = graphql(`
  mutation DeletePrompt($id: ID!) {
    deletePrompt(id: $id) {
      id
    }
  }
`)

export type PromptListRow = ResultOf<typeof row>
