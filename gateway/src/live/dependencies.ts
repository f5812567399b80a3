import type { Logger } from '@quillworks/service-kit/logger'
import type { ExecutionReader } from './execution-reader.ts'
import type { Topics } from './topics.ts'
import type { Watch } from './watch.ts'

export interface LiveDependencies {
  reader: ExecutionReader
  topics: Topics
  watch: Watch
  logger: Logger
}
