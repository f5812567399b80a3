import { graphql, type ResultOf } from '../graphql/graphql.ts'

const sum = graphql(`
  fragment RatingSum on Ratings {
    up
    down
    viewer {
      value
      reason
    }
  }
`)

export const ratingsQuery = graphql(
  `
    query ExecutionRatings($id: ID!) {
      execution(id: $id) {
        id
        ratings {
          ...RatingSum
        }
        steps {
          key
          ratings {
            ...RatingSum
          }
        }
      }
    }
  `,
  [sum],
)

export const rateExecutionMutation = graphql(
  `
    mutation RateExecution($id: ID!, $stepKey: String, $rating: RatingValue, $reason: String) {
      rateExecution(id: $id, stepKey: $stepKey, rating: $rating, reason: $reason) {
        id
        ratings {
          ...RatingSum
        }
        steps {
          key
          ratings {
            ...RatingSum
          }
        }
      }
    }
  `,
  [sum],
)

export type RatingSum = ResultOf<typeof sum>
export type RatedExecution = NonNullable<ResultOf<typeof ratingsQuery>['execution']>
