import { z } from 'zod'

/** What pollers get of an execution: the same fields, under the same names, as by GraphQL. */
export const statusSelection = `
  id kind name status revision track projectId visibility output
  waiting { for stepKey since until }
  source { type id name version }
  error { code message }
  progress { done total }
  usage { inputTokens outputTokens cachedTokens totalTokens costUsd unknownAttempts unpricedAttempts timeToFirstTokenMs }
  createdAt startedAt finishedAt updatedAt durationMs
`

export const executionSchema = z.looseObject({
  id: z.string(),
  revision: z.number(),
  status: z.string(),
  waiting: z.looseObject({ for: z.string() }).nullish(),
})
export type ExecutionStatusBody = z.infer<typeof executionSchema>

const untilSomebodyActs = new Set(['input', 'approval', 'paused'])

/** True while it goes on by itself, so that a poller should ask again soon: not where it waits for a person. */
export function isPending({ status, waiting }: ExecutionStatusBody): boolean {
  if (status === 'waiting') return !untilSomebodyActs.has(waiting?.for ?? '')
  return status === 'queued' || status === 'running'
}
