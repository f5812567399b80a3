import { graphql, type ResultOf } from '../graphql/graphql.ts'
import { variableFields } from '../prompts/variable.documents.ts'

export const comparedPromptQuery = graphql(
  `
    query ComparedPrompt($id: ID!) {
      prompt(id: $id) {
        id
        title
        model
        versionNumber
        variables {
          ...Variable
        }
        versions(first: 30) {
          edges {
            node {
              id
              number
              labels
              model
              variables {
                ...Variable
              }
            }
          }
        }
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
  [variableFields],
)

export type ComparedPrompt = NonNullable<ResultOf<typeof comparedPromptQuery>['prompt']>
export type ComparedModel = ResultOf<typeof comparedPromptQuery>['models'][number]
