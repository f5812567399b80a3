import { graphql, type ResultOf } from '../graphql/graphql.ts'

const usage = graphql(`
  fragment Sums on Usage {
    inputTokens
    outputTokens
    cachedTokens
    totalTokens
    costUsd
    unknownAttempts
    unpricedAttempts
    timeToFirstTokenMs
  }
`)

/** What a row shows. */
export const summary = graphql(
  `
    fragment Summary on Execution {
      id
      track
      projectId
      createdBy {
        id
      }
      kind
      name
      status
      revision
      trigger
      createdAt
      startedAt
      finishedAt
      durationMs
      source {
        type
        id
        name
        version
      }
      derivedFrom {
        id
        reason
      }
      progress {
        done
        total
      }
      waiting {
        for
      }
      error {
        code
        message
      }
      usage {
        ...Sums
      }
    }
  `,
  [usage],
)

/** Everything that a page about one execution shows. */
const detail = graphql(
  `
    fragment Detail on Execution {
      ...Summary
      visibility
      viewerCanWrite
      viewerCanEnd
      createdBy {
        name
      }
      output
      steps {
        key
        name
        kind
        status
        attempt
        replaces
        model
        input
        output
        startedAt
        finishedAt
        durationMs
        executionRevision
        error {
          code
          message
        }
        usage {
          ...Sums
        }
        attempts {
          executionRevision
          number
          status
          model
          finishReason
          startedAt
          finishedAt
          error {
            code
            message
          }
          usage {
            ...Sums
          }
        }
      }
    }
  `,
  [summary, usage],
)

export type Usage = ResultOf<typeof usage>
export type ExecutionSummary = ResultOf<typeof summary>
export type ExecutionDetail = ResultOf<typeof detail>
export type Step = ExecutionDetail['steps'][number]
export type Attempt = Step['attempts'][number]

export const executionQuery = graphql(
  `
    query Execution($id: ID!) {
      execution(id: $id) {
        ...Detail
      }
    }
  `,
  [detail],
)

export const executionsQuery = graphql(
  `
    query Executions($first: Int!, $after: String, $filter: ExecutionFilter) {
      executions(first: $first, after: $after, filter: $filter) {
        edges {
          node {
            ...Summary
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
  [summary],
)

export const queuePositionsQuery = graphql(`
  query QueuePositions($ids: [ID!]!) {
    executions(filter: { ids: $ids, track: null }, first: 100) {
      edges {
        node {
          id
          queuePosition
        }
      }
    }
  }
`)

const event = graphql(`
  fragment Event on ExecutionEvent {
    revision
    type
    stepKey
    data
    at
  }
`)
export type ExecutionEvent = ResultOf<typeof event>

export const executionEvents = graphql(
  `
    subscription ExecutionEvents($id: ID!, $afterRevision: Int!) {
      executionEvents(id: $id, afterRevision: $afterRevision) {
        ...Event
      }
    }
  `,
  [event],
)

/** What happened, from a cursor on. */
export const pageOfEvents = graphql(
  `
    query ExecutionEvents($id: ID!, $after: String) {
      execution(id: $id) {
        events(first: 500, after: $after) {
          edges {
            node {
              ...Event
            }
          }
          pageInfo {
            endCursor
            hasNextPage
          }
        }
      }
    }
  `,
  [event],
)

export const executionsUpdated = graphql(
  `
    subscription ExecutionsUpdated {
      executionsUpdated {
        ...Summary
      }
    }
  `,
  [summary],
)

export const executionStream = graphql(`
  subscription ExecutionStream($id: ID!, $stepKey: String!, $fromAttempt: Int!, $fromOffset: Int!) {
    executionStream(id: $id, stepKey: $stepKey, fromAttempt: $fromAttempt, fromOffset: $fromOffset) {
      attempt
      offset
      text
      done
    }
  }
`)

export const stopStep = graphql(`
  mutation StopStep($id: ID!, $stepKey: String!) {
    stopStep(id: $id, stepKey: $stepKey) {
      id
      revision
    }
  }
`)

export const cancelExecution = graphql(`
  mutation CancelExecution($id: ID!) {
    cancelExecution(id: $id) {
      id
      revision
    }
  }
`)

export const retryExecution = graphql(`
  mutation RetryExecution($id: ID!, $idempotencyKey: String!) {
    retryExecution(id: $id, idempotencyKey: $idempotencyKey) {
      id
    }
  }
`)

/** A conversation of one's own that goes on from where another stands, or stood after one of its messages. */
export const forkExecution = graphql(`
  mutation ForkExecution($id: ID!, $stepKey: String, $idempotencyKey: String!) {
    forkExecution(id: $id, stepKey: $stepKey, idempotencyKey: $idempotencyKey) {
      id
    }
  }
`)
