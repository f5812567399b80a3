import { z } from 'zod'

export const ratingValues = ['up', 'down'] as const
export type RatingValue = (typeof ratingValues)[number]

/** What `quillworks.execution.rated.v1` tells: who has rated what and how. The reason is content, and stays in the API. */
export const executionRatedDataSchema = z.object({
  executionId: z.uuid(),
  /** Null where the execution as a whole was rated. */
  stepKey: z.string().nullable(),
  /** Null where a rating was taken back. */
  rating: z.enum(ratingValues).nullable(),
  ratedBy: z.uuid(),
  /** The model that made the rated answer. */
  model: z.string().nullable(),
  source: z.object({ type: z.string(), id: z.string(), version: z.number().int().nullable() }).nullable(),
})
export type ExecutionRatedData = z.infer<typeof executionRatedDataSchema>
