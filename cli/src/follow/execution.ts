import { z } from 'zod'

const usageSchema = z.object({
  inputTokens: z.number().nullable(),
  outputTokens: z.number().nullable(),
  totalTokens: z.number().nullable(),
  costUsd: z.number().nullable(),
  unknownAttempts: z.number(),
  timeToFirstTokenMs: z.number().nullable(),
})
const failureSchema = z.object({ code: z.string(), message: z.string() })

export const stepSchema = z.object({
  key: z.string(),
  kind: z.string(),
  name: z.string().nullable(),
  status: z.string(),
  attempt: z.number(),
  model: z.string().nullable(),
  /** Only where it was asked for. */
  output: z.unknown().optional(),
  error: failureSchema.nullable(),
  durationMs: z.number().nullable(),
})
export const executionSchema = z.object({
  id: z.string(),
  kind: z.string(),
  name: z.string(),
  status: z.string(),
  revision: z.number(),
  waiting: z
    .object({ for: z.string(), stepKey: z.string().nullable(), until: z.string().nullable() })
    .nullable(),
  error: failureSchema.nullable(),
  progress: z.object({ done: z.number(), total: z.number() }),
  usage: usageSchema,
  durationMs: z.number().nullable(),
  steps: z.array(stepSchema),
})

export type Usage = z.infer<typeof usageSchema>
export type StepView = z.infer<typeof stepSchema>
/** An execution as the command line shows it. */
export type ExecutionView = z.infer<typeof executionSchema>

/** What the command line asks of an execution, with the outputs of its steps or without. */
export const executionSelection = (stepFields = '') => `
  id kind name status revision durationMs
  waiting { for stepKey until }
  error { code message }
  progress { done total }
  usage { inputTokens outputTokens totalTokens costUsd unknownAttempts timeToFirstTokenMs }
  steps { key kind name status attempt model error { code message } durationMs ${stepFields} }`

const final = new Set(['succeeded', 'failed', 'canceled', 'timed_out', 'skipped'])

/** True for the states of executions and steps that never change. */
export function isFinal(status: string): boolean {
  return final.has(status)
}

/** The text that a finished step made, where it made text. */
export function textOf(output: unknown): string | undefined {
  if (typeof output === 'string') return output
  if (typeof output === 'object' && output !== null && 'text' in output && typeof output.text === 'string') {
    return output.text
  }
  return undefined
}
