import { waitKinds } from '../contract/events.ts'
import { executionStatuses, stepStatuses } from '../contract/status.ts'
import { builder } from '../graphql/builder.ts'
import { attemptStatuses } from './attempt.table.ts'

export const ExecutionStatusType = builder.enumType('ExecutionStatus', { values: executionStatuses })
export const StepStatusType = builder.enumType('StepStatus', { values: stepStatuses })
export const AttemptStatusType = builder.enumType('AttemptStatus', { values: attemptStatuses })
export const WaitKindType = builder.enumType('WaitKind', { values: waitKinds })
export const VisibilityType = builder.enumType('Visibility', { values: ['private', 'organization'] as const })
