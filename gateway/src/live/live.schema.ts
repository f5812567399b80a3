import { executionStatuses, waitKinds } from '@quillworks/executions/contract'

/** The hot fields of an execution: what an event answers without asking the database. */
const hotFields = `
  id revision kind name status track projectId visibility
  waiting { for stepKey since until }
  source { type id name version }
  error { code message }
  progress { done total }
  usage { inputTokens outputTokens cachedTokens totalTokens costUsd unknownAttempts unpricedAttempts timeToFirstTokenMs }
  createdBy { id }
  createdAt startedAt finishedAt updatedAt
`
  .replace(/\s+/g, ' ')
  .trim()
const providedFields = hotFields.replace(/^id /, '').replace(' createdBy { id }', '')

/** Types that other subgraphs own; the gateway only provides their fields inside events. */
const externalTypes = `
type Execution @key(fields: "id") {
  id: ID!
  revision: Int! @external
  kind: String! @external
  name: String! @external
  status: ExecutionStatus! @external
  track: Boolean! @external
  projectId: ID! @external
  visibility: Visibility! @external
  waiting: Waiting @external
  source: ExecutionSource @external
  error: ExecutionError @external
  progress: Progress! @external
  usage: Usage! @external
  createdAt: DateTime! @external
  startedAt: DateTime @external
  finishedAt: DateTime @external
  updatedAt: DateTime! @external
}
enum ExecutionStatus { ${executionStatuses.join(' ')} }
enum WaitKind { ${waitKinds.join(' ')} }
enum Visibility { private organization }
type Waiting {
  for: WaitKind! @external
  stepKey: String @external
  since: DateTime! @external
  until: DateTime @external
}
type ExecutionSource {
  type: String! @external
  id: ID! @external
  name: String! @external
  version: Int @external
}
type ExecutionError {
  code: String! @external
  message: String! @external
}
type Progress {
  done: Int! @external
  total: Int! @external
}
type Usage {
  inputTokens: Float @external
  outputTokens: Float @external
  cachedTokens: Float @external
  totalTokens: Float @external
  costUsd: Float @external
  unknownAttempts: Int! @external
  unpricedAttempts: Int! @external
  timeToFirstTokenMs: Int @external
}
type ExecutionEvent {
  revision: Int! @external
  type: String! @external
  stepKey: String @external
  at: DateTime! @external
  data: JSON! @external
}
scalar DateTime
scalar JSON
`

const ownTypes = `
"""A piece of a step's text. \`offset\` is where \`text\` begins in that attempt, in UTF-16 units; a new attempt begins at 0."""
type StreamFrame {
  stepKey: String!
  attempt: Int!
  offset: Int!
  text: String!
  "No more text of this step follows."
  done: Boolean!
}
input LiveExecutionFilter {
  ids: [ID!]
  kind: [String!]
  status: [ExecutionStatus!]
  projectId: ID
  createdBy: ID
  sourceType: String
  sourceId: ID
  track: Boolean
}
type Subscription {
  "The execution now, and again whenever it changes; a revision never goes back. Completes after the final state."
  executionUpdated(id: ID!): Execution! @provides(fields: "${providedFields}")
  "Every execution that changes and passes the filter; those named by \`ids\` also as they are now."
  executionsUpdated(filter: LiveExecutionFilter): Execution! @provides(fields: "${providedFields}")
  "The events of an execution after a revision, each once and in order."
  executionEvents(id: ID!, afterRevision: Int = 0): ExecutionEvent! @provides(fields: "revision type stepKey at data")
  """
  A step's text as it is written: the streaming step, else the last, where no \`stepKey\` is given. With the attempt
  and offset that a client already has, it gets every later character once.
  """
  executionStream(id: ID!, stepKey: String, fromAttempt: Int, fromOffset: Int): StreamFrame!
}
`

/** The SDL that composition reads. */
export const liveSdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.6", import: ["@key", "@external", "@provides"])
${externalTypes}${ownTypes}`

/** The same types without federation, carried out in this process: a selection it knows is answered from events alone. */
export const liveTypeDefs = `type Query { live: Boolean }
${externalTypes}${ownTypes}`
  .replace(/ @(external|key\([^)]*\)|provides\([^)]*\))/g, '')
  .replace('type Execution {', 'type User { id: ID! }\ntype Execution {\n  createdBy: User!')

/** The selection that reads the same fields from executions. */
export const hotSelection = hotFields
