import { graphql, type ResultOf } from '../../graphql/graphql.ts'

/** What two versions are compared by. */
const text = graphql(`
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
      name
      type
      required
      default
      description
      choices
    }
  }
`)

export const versionsQuery = graphql(
  `
    query PromptVersions($id: ID!, $after: String, $number: Int, $before: Int!) {
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
        }
        earlier: version(number: $before) {
          ...VersionText
        }
      }
      promptPolicy {
        protectedLabels
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
  mutation LabelPromptVersion($id: ID!, $label: String!, $version: Int) {
    labelPromptVersion(id: $id, label: $label, version: $version) {
      id
    }
  }
`)

export type VersionText = ResultOf<typeof text>
export type VersionsPage = NonNullable<ResultOf<typeof versionsQuery>['prompt']>
export type VersionRow = VersionsPage['versions']['edges'][number]['node']
