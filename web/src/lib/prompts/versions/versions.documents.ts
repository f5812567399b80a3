import { graphql, type ResultOf } from '../../graphql/graphql.ts'
import { variableFields } from '../variable.documents.ts'

/** What two versions are compared by. */
const text = graphql(
  `
    fragment VersionText on PromptVersion {
      id
      number
      title
      system
      body
      model
      settings {
        temperature
        topP
        maxOutputTokens
      }
      variables {
        ...Variable
      }
    }
  `,
  [variableFields],
)

export const versionsQuery = graphql(
  `
    query PromptVersions($id: ID!, $after: String, $number: Int, $with: Int, $named: Boolean!) {
      prompt(id: $id) {
        id
        title
        versionNumber
        versions(first: 50, after: $after) {
          edges {
            node {
              id
              number
              comment
              createdAt
              restoredFrom
              labels
              createdBy {
                name
              }
            }
          }
          pageInfo {
            hasNextPage
            endCursor
          }
        }
        chosen: version(number: $number) {
          ...VersionText
          previous @skip(if: $named) {
            ...VersionText
          }
        }
        other: version(number: $with) @include(if: $named) {
          ...VersionText
        }
        pendingLabelMoves {
          id
          label
          from
          to
          comment
          requestedAt
          requestedBy {
            id
            name
          }
        }
      }
      promptPolicy {
        protectedLabels
        reviewedLabels
      }
    }
  `,
  [text],
)

export const restoreMutation = graphql(`
  mutation RestorePromptVersion($id: ID!, $version: Int!, $baseVersion: Int!) {
    restorePromptVersion(id: $id, version: $version, baseVersion: $baseVersion) {
      id
      versionNumber
    }
  }
`)

export const commentMutation = graphql(`
  mutation CommentPromptVersion($id: ID!, $version: Int!, $comment: String!) {
    commentPromptVersion(id: $id, version: $version, comment: $comment) {
      id
    }
  }
`)

export const labelMutation = graphql(`
  mutation LabelPromptVersion($id: ID!, $label: String!, $version: Int, $comment: String) {
    labelPromptVersion(id: $id, label: $label, version: $version, comment: $comment) {
      id
    }
  }
`)

export const approveMoveMutation = graphql(`
  mutation ApproveLabelMove($id: ID!) {
    approveLabelMove(id: $id) {
      id
    }
  }
`)

export const rejectMoveMutation = graphql(`
  mutation RejectLabelMove($id: ID!, $comment: String) {
    rejectLabelMove(id: $id, comment: $comment) {
      id
    }
  }
`)

export const withdrawMoveMutation = graphql(`
  mutation WithdrawLabelMove($id: ID!) {
    withdrawLabelMove(id: $id) {
      id
    }
  }
`)

/** How versions were rated, over the executions that one sees. */
export const ratingSumsQuery = graphql(`
  query RatedVersions($promptId: ID!, $versions: [Int!]!) {
    ratingSums(sourceType: "prompt", sourceId: $promptId, versions: $versions) {
      version
      model
      up
      down
    }
  }
`)

export type RatedVersion = ResultOf<typeof ratingSumsQuery>['ratingSums'][number]
export type VersionText = ResultOf<typeof text>
export type VersionsPage = NonNullable<ResultOf<typeof versionsQuery>['prompt']>
export type LabelMove = VersionsPage['pendingLabelMoves'][number]
export type LabelPolicy = ResultOf<typeof versionsQuery>['promptPolicy']
export type VersionRow = VersionsPage['versions']['edges'][number]['node']
