import type { Msg } from 'nats'
import {
  mostSteps,
  snapshotRequestSchema,
  stepToStream,
  type SnapshotPart,
  type SnapshotRequest,
  type StateSnapshot,
  type TextSnapshot,
} from '../contract/snapshot.ts'
import type { ExecutionState } from '../engine/state.ts'
import { summaryOf } from '../engine/summary.ts'

/** What carries out an execution and so knows it without asking the database. */
export interface LiveOwner {
  /** As of its last commit, which somebody else's may have followed. */
  readonly present: ExecutionState
  /** As it is stored, once nothing has to be read again; undefined where that is not sure. */
  stored: () => Promise<ExecutionState | undefined>
}

/** The text of one attempt so far. */
export interface ReadableText {
  readonly stepKey: string
  /** The part that begins at an offset of that attempt; of another attempt than the asked one at 0. */
  partFrom: (from: { attempt: number; offset: number }) => SnapshotPart
}

type TextRequest = Extract<SnapshotRequest, { ask: 'text' }>

/** Answers a request for a snapshot; what is no request, or about what is not streamed here, with JSON null. */
export function answerSnapshot(input: {
  message: Pick<Msg, 'json' | 'respond'>
  owner: LiveOwner | undefined
  streams: Iterable<ReadableText>
}): void {
  const { message, owner, streams } = input
  const respond = (answer: TextSnapshot | StateSnapshot | null) => message.respond(JSON.stringify(answer))
  const asked = readRequest(message)
  if (!asked || !owner) respond(null)
  else if (asked.ask === 'text') respond(textSnapshot(owner.present, streams, asked))
  else {
    // A connection that has closed meanwhile is found out by the asker.
    stateSnapshot(owner)
      .then(respond)
      .catch(() => undefined)
  }
}

function readRequest(message: Pick<Msg, 'json'>): SnapshotRequest | undefined {
  try {
    return snapshotRequestSchema.safeParse(message.json<unknown>()).data
  } catch {
    return undefined
  }
}

function textSnapshot(
  { organizationId, ownerId, visibility, revision, steps }: ExecutionState,
  streams: Iterable<ReadableText>,
  asked: TextRequest,
): TextSnapshot | null {
  const step = stepToStream(steps.values().take(mostSteps).toArray(), asked.stepKey)
  // A new attempt's stream may open before the old one has ended: the newest counts.
  const stream = [...streams].findLast(({ stepKey }) => stepKey === step?.key)
  return stream ? { organizationId, ownerId, visibility, revision, part: stream.partFrom(asked) } : null
}

async function stateSnapshot(owner: LiveOwner): Promise<StateSnapshot | null> {
  const state = await owner.stored()
  return state ? { organizationId: state.organizationId, execution: summaryOf(state) } : null
}
