import {
  canSee,
  type SnapshotPart,
  type SnapshotRequest,
  snapshotSubject,
  stateSnapshotSchema,
  textSnapshotSchema,
} from '@quillworks/executions/contract'
import { requireIdentity } from '../context.ts'
import type { Reader } from './execution-reader.ts'
import { type ExecutionView, viewOf } from './execution-view.ts'
import type { Topics } from './topics.ts'

/** Asks what carries out an execution for it, without the database. */
export interface OwnerQuestion {
  topics: Pick<Topics, 'request'>
  /** In whose name: there is no answer about what they may not see. */
  context: Pick<Reader, 'identity'>
  id: string
  timeoutMs: number
}

/**
 * How long the first question of a subscription waits. A replica that is gone has no subscription any more, which NATS
 * tells at once: this is for one that hangs.
 */
export const firstAnswerMs = 1_000

function ask({ topics, context, id, timeoutMs }: OwnerQuestion, request: SnapshotRequest): Promise<unknown> {
  const { organizationId } = requireIdentity(context)
  return topics.request(snapshotSubject(organizationId, id), request, timeoutMs)
}

/**
 * A part of the text that a step's writer has so far, with the revision of its execution. Undefined where nobody
 * writes it, or the caller may not see it, which are to look the same: the database then has the last word.
 */
export async function liveText(
  question: OwnerQuestion,
  from: { stepKey: string | null; attempt: number; offset: number },
): Promise<{ revision: number; part: SnapshotPart } | undefined> {
  const answer = textSnapshotSchema.safeParse(await ask(question, { ask: 'text', ...from })).data
  return answer && canSee(answer, requireIdentity(question.context)) ? answer : undefined
}

/** The hot fields of an execution whose text is being written; undefined as for `liveText`. */
export async function liveView(question: OwnerQuestion): Promise<ExecutionView | undefined> {
  const answer = stateSnapshotSchema.safeParse(await ask(question, { ask: 'state' })).data
  if (!answer) return undefined
  const { organizationId, execution } = answer
  const mayBeSeen = canSee({ ...execution, organizationId }, requireIdentity(question.context))
  return mayBeSeen && execution.id === question.id ? viewOf(execution) : undefined
}
