import { rowArrays } from './row-arrays.ts'

const usage = {
  input_tokens: 'bigint',
  output_tokens: 'bigint',
  cached_tokens: 'bigint',
  cost_nano_usd: 'bigint',
} as const

const usageTotals = {
  ...usage,
  unknown_attempts: 'integer',
  unpriced_attempts: 'integer',
  time_to_first_token_ms: 'integer',
} as const

/** What events change of an execution's row. */
export const executionState = {
  name: 'text',
  status: 'text',
  revision: 'bigint',
  waiting_for: 'text',
  waiting_step: 'text',
  waiting_since: 'instant',
  waiting_until: 'instant',
  error_code: 'text',
  error_message: 'text',
  progress_done: 'integer',
  progress_total: 'integer',
  ...usageTotals,
  updated_at: 'instant',
  started_at: 'instant',
  finished_at: 'instant',
  deadline_at: 'instant',
  open_attempts: 'integer',
} as const

const stepState = {
  status: 'text',
  attempt: 'integer',
  failures: 'integer',
  open_started_at: 'instant',
  open_until: 'instant',
  unknown: 'text',
  next_attempt_at: 'instant',
  output_ref: 'text',
  error_code: 'text',
  error_message: 'text',
  ...usageTotals,
  started_at: 'instant',
  finished_at: 'instant',
} as const

export const stepChangeArrays = rowArrays({ execution_id: 'uuid', key: 'text', ...stepState })

export const newStepArrays = rowArrays({
  execution_id: 'uuid',
  key: 'text',
  ordinal: 'integer',
  name: 'text',
  kind: 'text',
  after: 'text',
  retry: 'json',
  timeout_ms: 'integer',
  conversation: 'boolean',
  replaces: 'text',
  model: 'text',
  input_ref: 'text',
  ...stepState,
})

const attemptState = {
  status: 'text',
  finish_reason: 'text',
  error_code: 'text',
  error_message: 'text',
  usage_state: 'text',
  ...usage,
  time_to_first_token_ms: 'integer',
  finished_at: 'instant',
} as const

export const attemptChangeArrays = rowArrays({
  execution_id: 'uuid',
  step_key: 'text',
  number: 'integer',
  ...attemptState,
})

export const newAttemptArrays = rowArrays({
  execution_id: 'uuid',
  step_key: 'text',
  number: 'integer',
  model: 'text',
  output_ref: 'text',
  started_at: 'instant',
  ...attemptState,
})

export const eventArrays = rowArrays({
  execution_id: 'uuid',
  revision: 'bigint',
  type: 'text',
  step_key: 'text',
  data: 'json',
  at: 'instant',
})

export const unpublishedArrays = rowArrays({
  execution_id: 'uuid',
  from_revision: 'bigint',
  to_revision: 'bigint',
})

export const payloadArrays = rowArrays({ execution_id: 'uuid', ref: 'text', body: 'json' })
