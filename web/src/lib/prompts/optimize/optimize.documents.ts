import { graphql, type ResultOf, type VariablesOf } from '../../graphql/graphql.ts'
import { variableFields } from '../variable.documents.ts'

export const optimizeMutation = graphql(`
  mutation OptimizePrompt($input: OptimizePromptInput!) {
    optimizePrompt(input: $input) {
      id
    }
  }
`)

export const generateMutation = graphql(`
  mutation GeneratePrompt($input: GeneratePromptInput!) {
    generatePrompt(input: $input) {
      id
    }
  }
`)

export const titleMutation = graphql(`
  mutation GenerateTitle($input: GenerateTitleInput!) {
    generateTitle(input: $input) {
      id
    }
  }
`)

/** What came of an optimizer, once it is done, beside what it was given. */
export const optimizationQuery = graphql(
  `
    query Optimization($id: ID!) {
      optimizationResult(executionId: $id) {
        kind
        done
        part
        givenTitle
        givenSystem
        givenBody
        title
        system
        body
        variables {
          ...Variable
        }
        lost
        added
        corrected
        problems
        library {
          key
          title
          version
        }
      }
    }
  `,
  [variableFields],
)

export type Optimization = NonNullable<ResultOf<typeof optimizationQuery>['optimizationResult']>
export type OptimizeInput = VariablesOf<typeof optimizeMutation>['input']
