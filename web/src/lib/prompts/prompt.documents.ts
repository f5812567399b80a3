import { graphql, type ResultOf } from '../graphql/graphql.ts'
import { variableFields } from './variable.documents.ts'

const row = graphql(`
  fragment PromptRow on Prompt {
    id
    title
    model
    updatedAt
    versionNumber
    placeholders
    opening
  }
`)

export const promptsQuery = graphql(
  `
    query Prompts($first: Int!, $after: String, $search: String, $projectId: ID) {
      prompts(first: $first, after: $after, search: $search, projectId: $projectId) {
        edges {
          node {
            ...PromptRow
          }
        }
        pageInfo {
          endCursor
          hasNextPage
        }
        totalCount
        totalCountCapped
      }
    }
  `,
  [row],
)

export const promptQuery = graphql(
  `
    query RunnablePrompt($id: ID!) {
      prompt(id: $id) {
        id
        title
        model
        versionNumber
        visibility
        variables {
          ...Variable
        }
      }
      organization {
        name
      }
      kept: variables {
        name
        scope
        value
      }
    }
  `,
  [variableFields],
)

/** A prompt as it was when a conversation began. */
export const startedPromptQuery = graphql(
  `
    query StartedPrompt($id: ID!, $version: Int) {
      prompt(id: $id) {
        id
        version(number: $version) {
          id
          title
          model
          variables {
            ...Variable
          }
        }
      }
      organization {
        name
      }
      kept: variables {
        name
        scope
        value
      }
    }
  `,
  [variableFields],
)

/** How many of a prompt's conversations its page lists at a time. */
export const conversationsShown = 10

export const runPrompt = graphql(`
  mutation RunPrompt($input: RunPromptInput!) {
    runPrompt(input: $input) {
      id
    }
  }
`)

export const sendMessage = graphql(`
  mutation SendMessage($input: SendMessageInput!) {
    sendMessage(input: $input) {
      id
    }
  }
`)

export const regenerateMessage = graphql(`
  mutation RegenerateMessage($input: RegenerateMessageInput!) {
    regenerateMessage(input: $input) {
      id
    }
  }
`)

export type RunnablePrompt = NonNullable<ResultOf<typeof promptQuery>['prompt']>
export type StartedPrompt = NonNullable<ResultOf<typeof startedPromptQuery>['prompt']>
export type PromptVariable = ResultOf<typeof variableFields>
/** A value kept for a name: one's own, the project's or the organization's. */
export type KeptValue = ResultOf<typeof promptQuery>['kept'][number]
