import type { Logger } from '@quillworks/service-kit/logger'
import type { EngineStorage } from '../engine/storage.ts'
import type { TextStreams } from '../live/text-streams.ts'
import type { Handlers } from './attempt-runner.ts'
import type { GroupCommit } from './group-commit.ts'

/** What carries out one owned execution gets from its replica. */
export interface ActorTools {
  replicaId: string
  storage: EngineStorage
  commits: GroupCommit
  handlers: Handlers
  streams: TextStreams
  logger: Logger
  partialMs: number
  /** Pure steps done in one commit; the next ones follow in the next. */
  pureStepsPerCommit: number
  now: () => number
  random: () => number
  /** False while the lease is too old to begin an outside effect. */
  mayStartEffects: () => boolean
  /** The execution rests, has ended, or belongs to somebody else: forget it. */
  onGone: () => void
}
