import { graphql, type ResultOf } from '../../graphql/graphql.ts'

const prompt = graphql(`
  fragment LibraryPrompt on LibraryPrompt {
    key
    title
    description
    system
    body
    settings {
      temperature
      topP
      maxOutputTokens
    }
    variables {
      name
      required
    }
    placeholders
    release
    decisions
    override {
      version
      system
      body
      settings {
        temperature
        topP
        maxOutputTokens
      }
      comment
      release
      faults
      createdAt
      createdBy {
        name
      }
    }
  }
`)

export const libraryQuery = graphql(
  `
    query PromptLibrary {
      libraryPrompts {
        ...LibraryPrompt
      }
    }
  `,
  [prompt],
)

/** Which library prompts are the organization's own. */
export const overridesQuery = graphql(`
  query LibraryOverrides {
    libraryPrompts {
      key
      title
      override {
        version
      }
    }
  }
`)

export const overrideMutation = graphql(`
  mutation OverrideLibraryPrompt($input: OverrideLibraryPromptInput!) {
    overrideLibraryPrompt(input: $input) {
      key
      decisions
    }
  }
`)

export const restoreLibraryMutation = graphql(`
  mutation RestoreLibraryPrompt($key: String!, $baseDecisions: Int!) {
    restoreLibraryPrompt(key: $key, baseDecisions: $baseDecisions) {
      key
      decisions
    }
  }
`)

export type LibraryPrompt = ResultOf<typeof prompt>
