import { graphql, type ResultOf, type VariablesOf } from '../../graphql/graphql.ts'
import { variableFields } from '../variable.documents.ts'

const content = graphql(
  `
    fragment PromptContent on Prompt {
      id
      title
      system
      body
      model
      tags
      visibility
      archived
      versionNumber
      updatedAt
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

export const editorQuery = graphql(
  `
    query PromptEditor($id: ID!) {
      prompt(id: $id) {
        ...PromptContent
      }
      models {
        id
        name
        provider
        available
        demo
      }
    }
  `,
  [content],
)

export const newPromptQuery = graphql(`
  query NewPrompt {
    models {
      id
      name
      provider
      available
      demo
    }
  }
`)

/** The newest text, as when somebody else has saved. */
export const newestQuery = graphql(
  `
    query NewestPrompt($id: ID!) {
      prompt(id: $id) {
        ...PromptContent
        version {
          createdBy {
            name
          }
        }
      }
    }
  `,
  [content],
)

export const createPromptMutation = graphql(
  `
    mutation CreatePrompt($input: CreatePromptInput!) {
      createPrompt(input: $input) {
        ...PromptContent
      }
    }
  `,
  [content],
)

export const updatePromptMutation = graphql(
  `
    mutation UpdatePrompt($input: UpdatePromptInput!) {
      updatePrompt(input: $input) {
        ...PromptContent
      }
    }
  `,
  [content],
)

export const editorPreviewQuery = graphql(`
  query EditorPreview($input: PromptPreviewInput!) {
    promptPreview(input: $input) {
      system
      body
      missing
      warnings
      unknown
      issues {
        path
        message
      }
      sources {
        name
        from
        value
      }
      snippetNames
      snippets {
        id
        name
        version
        text
      }
    }
  }
`)

export const snippetSearchQuery = graphql(`
  query SnippetSearch($search: String) {
    snippets(first: 12, search: $search) {
      edges {
        node {
          id
          name
          text
          visibility
        }
      }
    }
  }
`)

export type SavedPrompt = ResultOf<typeof content>
export type PromptPreview = ResultOf<typeof editorPreviewQuery>['promptPreview']
export type Model = ResultOf<typeof newPromptQuery>['models'][number]
export type PromptInput = VariablesOf<typeof createPromptMutation>['input']
