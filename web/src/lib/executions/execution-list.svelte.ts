import type { ResultOf } from '../graphql/graphql.ts'
import { query } from '../graphql/client.ts'
import { Failure } from '../graphql/failure.ts'
import { executionsQuery, type ExecutionSummary } from './execution.documents.ts'
import { keptAfter, mergeLists, mergeRow } from './merge-rows.ts'
import type { Workspace } from './workspace.svelte.ts'

export type ExecutionPage = ResultOf<typeof executionsQuery>['executions']
type Status = ExecutionSummary['status']

const pageSize = 50

export interface ListFilter {
  /** Any of these; all where none are named. */
  statuses?: Status[]
  /** Conversations with this prompt alone. */
  promptId?: string
  /** Those of one project. */
  projectId?: string
  /** Those that this person has started. */
  createdBy?: string
}

/** Variables of a page of executions. */
export function executionsOf(
  { statuses = [], promptId, projectId, createdBy }: ListFilter,
  first = pageSize,
  after: string | null = null,
) {
  const filter = {
    ...(statuses.length > 0 && { status: statuses }),
    ...(promptId !== undefined && { sourceId: promptId, kind: ['chat'] }),
    ...(projectId !== undefined && { projectId }),
    ...(createdBy !== undefined && { createdBy }),
  }
  return { first, after, filter }
}

/** Before the first answer. */
export const nothingRead: ExecutionPage = {
  edges: [],
  pageInfo: { endCursor: null, hasNextPage: false },
  totalCount: 0,
  totalCountCapped: false,
}

/** A list of executions, newest first, that changes as they do. */
export class ExecutionList {
  rows = $state.raw<ExecutionSummary[]>([])
  hasMore = $state(false)
  #count = $state(0)
  #capped = $state(false)
  total = $derived(`${this.#count.toLocaleString('en')}${this.#capped ? '+' : ''}`)
  busy = $state(false)
  failure = $state('')
  #cursor: string | null = null
  #filter: ListFilter
  #pageSize: number
  #answered: Promise<void> = Promise.resolve()
  /** What events brought while a page was read. */
  #arrived = new Set<string>()

  /** `pageSize` is what the first page was read with, and all that follow are. */
  constructor(page: ExecutionPage, filter: ListFilter, size = pageSize) {
    this.#filter = filter
    this.#pageSize = size
    this.#takeFirst(page)
  }

  /** Follows until the returned function is called. */
  follow(workspace: Workspace): () => void {
    return workspace.listen({
      updated: (execution) => this.#hear(execution),
      rows: () => this.rows,
      resumed: () => void this.#read(async () => this.#takeFirst(await this.#page(null))),
    })
  }

  /** Reads the next older page. */
  more(): Promise<void> {
    return this.#read(async () => this.#takeOlder(await this.#page(this.#cursor)))
  }

  #fits({ status, kind, source, ...execution }: ExecutionSummary): boolean {
    const { statuses = [], promptId, projectId, createdBy } = this.#filter
    if (createdBy !== undefined && execution.createdBy.id !== createdBy) return false
    if (!execution.track || (projectId !== undefined && execution.projectId !== projectId)) return false
    if (promptId !== undefined && (kind !== 'chat' || source?.id !== promptId)) return false
    return statuses.length === 0 || statuses.includes(status)
  }

  #hear(execution: ExecutionSummary): void {
    if (this.busy) this.#arrived.add(execution.id)
    const before = this.rows.length
    this.rows = mergeRow(this.rows, execution, { fits: (row) => this.#fits(row), hasMore: this.hasMore })
    // Of more than the server counts, only "more" is known.
    if (!this.#capped) this.#count += this.rows.length - before
  }

  #takeFirst({ edges, pageInfo, totalCount, totalCountCapped }: ExecutionPage): void {
    const read = edges.map(({ node }) => node)
    const { kept, joined } = keptAfter(
      { held: this.rows, read, hasMore: pageInfo.hasNextPage },
      this.#arrived,
    )
    const known = new Set(read.map(({ id }) => id))
    const missed = kept.filter(({ id }) => this.#arrived.has(id) && !known.has(id)).length
    this.rows = mergeLists(kept, read)
    this.#capped = totalCountCapped
    this.#count = totalCount + (totalCountCapped ? 0 : missed)
    if (!joined) this.#follow(pageInfo)
  }

  #takeOlder({ edges, pageInfo }: ExecutionPage): void {
    this.rows = mergeLists(
      this.rows,
      edges.map(({ node }) => node),
    )
    this.#follow(pageInfo)
  }

  #follow({ hasNextPage, endCursor }: ExecutionPage['pageInfo']): void {
    this.hasMore = hasNextPage
    this.#cursor = endCursor
  }

  async #page(after: string | null): Promise<ExecutionPage> {
    const { executions } = await query({
      document: executionsQuery,
      variables: executionsOf(this.#filter, this.#pageSize, after),
    })
    return executions
  }

  /** One after the other, so that each keeps what comes while it is under way. */
  #read(read: () => Promise<void>): Promise<void> {
    const answered = this.#answered.then(() => this.#readNow(read))
    this.#answered = answered.catch(() => {})
    return answered
  }

  async #readNow(read: () => Promise<void>): Promise<void> {
    this.busy = true
    this.failure = ''
    this.#arrived.clear()
    try {
      await read()
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      this.failure = error.message
    } finally {
      this.busy = false
    }
  }
}
