import { graphql } from '../graphql/graphql.ts'

/** A variable of a prompt, with all that a form and a comparison need of it. */
export const variableFields = graphql(`
  fragment Variable on PromptVariable {
    name
    type
    required
    default
    description
    choices
  }
`)
