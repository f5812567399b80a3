import { graphql, type ResultOf } from '../graphql/graphql.ts'

/** What can be chosen as a model. */
export const modelsQuery = graphql(`
  query Models {
    models {
      id
      name
      provider
      available
      demo
    }
  }
`)

/** The texts that a version's messages are rendered from. */
export const runTemplateQuery = graphql(`
  query RunTemplate($id: ID!, $version: Int!) {
    prompt(id: $id) {
      id
      version(number: $version) {
        id
        system
        body
      }
    }
  }
`)

/** What the values on screen would send. */
export const runPreviewQuery = graphql(`
  query RunPreview($input: PromptPreviewInput!) {
    promptPreview(input: $input) {
      system
      body
      missing
      warnings
      issues {
        path
        message
      }
      sources {
        name
        from
        value
      }
      snippets {
        id
        name
        version
        text
      }
    }
  }
`)

export const renameExecutionMutation = graphql(`
  mutation RenameExecution($id: ID!, $name: String!) {
    renameExecution(id: $id, name: $name) {
      id
      name
    }
  }
`)

export type RunPreview = ResultOf<typeof runPreviewQuery>['promptPreview']
