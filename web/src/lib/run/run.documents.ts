import { graphql, type ResultOf } from '../graphql/graphql.ts'

/** What can be chosen as a model. */
export const modelsQuery = graphql(`
  query Models {
    models {
      id
      name
      available
    }
  }
`)

export type Model = ResultOf<typeof modelsQuery>['models'][number]
