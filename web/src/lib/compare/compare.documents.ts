import { graphql, type ResultOf } from '../graphql/graphql.ts'

const variables = graphql(`
  fragment ComparedVariable on PromptVariable {
    name
    type
    required
    default
    description
    choices
  }
`)

export const comparedPromptQuery = graphql(
  `
    query ComparedPrompt($id: ID!) {
      prompt(id: $id) {
        id
        title
        model
        versionNumber
        variables {
          ...ComparedVariable
        }
        versions(first: 30) {
          edges {
            node {
              id
              number
              labels
              variables {
                ...ComparedVariable
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
  [variables],
)

export type ComparedPrompt = NonNullable<ResultOf<typeof comparedPromptQuery>['prompt']>
export type ComparedModel = ResultOf<typeof comparedPromptQuery>['models'][number]
