import type { ResultOf } from '../graphql/graphql.ts'
import { query } from '../graphql/client.ts'
import { Failure } from '../graphql/failure.ts'
import { executionsQuery, type ExecutionSummary } from './execution.documents.ts'
import { mergeRead, mergeRow } from './merge-rows.ts'
import type { Workspace } from './workspace.svelte.ts'

export type ExecutionPage = ResultOf<typeof executionsQuery>['executions']
type Status = ExecutionSummary['status']

const pageSize = 50

/** Variables of a page of executions. */
export function executionsOf(statuses: Status[], first = pageSize, after: string | null = null) {
  return { first, after, filter: statuses.length > 0 ? { status: statuses } : {} }
}

/** A list of executions, newest first, that changes as they do. */
export class ExecutionList {
  rows = $state.raw<ExecutionSummary[]>([])
  hasMore = $state(false)
  total = $state('')
  busy = $state(false)
  failure = $state('')
  #cursor: string | null = null
  #statuses: Status[] = []

  constructor(page: ExecutionPage, statuses: Status[]) {
    this.#statuses = statuses
    this.#take(page, [])
  }

  /** Follows until the returned function is called. */
  follow(workspace: Workspace): () => void {
    return workspace.listen({
      updated: (execution) => (this.rows = mergeRow(this.rows, execution, (row) => this.#fits(row))),
      resumed: () => void this.#read(async () => this.#take(await this.#page(null), [])),
    })
  }

  /** Reads the next older page. */
  more(): Promise<void> {
    return this.#read(async () => this.#take(await this.#page(this.#cursor), this.rows))
  }

  #fits({ status }: ExecutionSummary): boolean {
    return this.#statuses.length === 0 || this.#statuses.includes(status)
  }

  #take({ edges, pageInfo, totalCount, totalCountCapped }: ExecutionPage, before: ExecutionSummary[]): void {
    const known = new Set(before.map(({ id }) => id))
    const read = edges.map(({ node }) => node).filter(({ id }) => !known.has(id))
    this.rows = [...before, ...mergeRead(this.rows, read)]
    this.hasMore = pageInfo.hasNextPage
    this.#cursor = pageInfo.endCursor
    this.total = `${totalCount.toLocaleString('en')}${totalCountCapped ? '+' : ''}`
  }

  async #page(after: string | null): Promise<ExecutionPage> {
    const { executions } = await query({
      document: executionsQuery,
      variables: executionsOf(this.#statuses, pageSize, after),
    })
    return executions
  }

  async #read(read: () => Promise<void>): Promise<void> {
    this.busy = true
    this.failure = ''
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
