import { notFound } from '@quillworks/service-kit/errors'
import { isId, newId } from '@quillworks/service-kit/ids'
import type { RatingValue } from '../contract/ratings.ts'
import { required } from '../execution/execution.graphql.ts'
import type { ShownExecution } from '../execution/execution.ts'
import { resultSteps } from '../execution/execution.ts'
import type { ExecutionsContext } from '../graphql/context.ts'
import { cleanReason } from './rating.ts'
import { putRating } from './rating.repository.ts'

/**
 * Keeps what the caller thinks of an execution that they see, or of one of its steps, in place of what they thought
 * before; null takes it back. Does not change the execution.
 */
export async function rateExecution(
  { loaders, identity, write, ratings, onRated }: ExecutionsContext,
  input: {
    id: string
    stepKey?: string | null | undefined
    rating?: RatingValue | null | undefined
    reason?: string | null | undefined
  },
): Promise<ShownExecution> {
  const rating = input.rating ?? null
  const reason = rating === null ? null : cleanReason(input.reason)
  const execution = required(isId(input.id) ? await loaders.executions.load(input.id) : null)
  const steps = await loaders.steps.load(execution.id)
  const named = input.stepKey == null ? undefined : steps.find(({ key }) => key === input.stepKey)
  if (input.stepKey != null && !named) throw notFound('step')
  const [result] = named ? [named] : resultSteps(execution.conversation, steps)
  const { organizationId, ownerId, visibility, sourceType, sourceId, sourceVersion } = execution
  await write((tx) =>
    putRating(tx, {
      executionId: execution.id,
      organizationId,
      ownerId,
      visibility,
      stepKey: named?.key ?? '',
      userId: identity.userId,
      rating,
      reason,
      model: result?.model ?? null,
      sourceType,
      sourceId,
      sourceVersion,
      ratedAt: new Date(),
      eventId: newId(),
    }),
  )
  ratings.clear(execution.id)
  onRated()
  return execution
}
