import { query } from '../graphql/client.ts'
import { Failure } from '../graphql/failure.ts'
import { AskedTogether } from './asked-together.ts'
import type { ExecutionSummary } from './execution.documents.ts'
import {
  executionRowsQuery,
  type ExecutionFilter,
  type ExecutionRowData,
  type ExecutionRowsPage,
} from './execution-rows.documents.ts'
import { fitsFilter } from './fits-filter.ts'
import { keptAfter, mergeLists } from './merge-rows.ts'
import type { Workspace } from './workspace.svelte.ts'

const pageSize = 50

/** Variables of one page of the list. */
export const rowsVariables = (filter: ExecutionFilter, after: string | null = null) => ({
  first: pageSize,
  after,
  filter,
  counted: true,
})

const newerThan = (rows: readonly ExecutionRowData[], { id }: { id: string }) => {
  const [newest] = rows
  return newest === undefined || id > newest.id
}

/**
 * The page of executions, newest first, as they come and change. While one reads further down nothing moves: what is
 * new waits in `fresh`, and what no longer fits stays where it is.
 */
export class ExecutionRows {
  rows = $state.raw<ExecutionRowData[]>([])
  /** New ones that are not among the rows yet. */
  fresh = $state.raw<ExecutionRowData[]>([])
  hasMore = $state(false)
  /** Until when was looked, where few fit of many. */
  lookedBackTo = $state<string | null>(null)
  busy = $state(false)
  failure = $state.raw<Failure>()
  #count = $state(0)
  #capped = $state(false)
  /** How many there are, as far as they are counted; nothing where none were found yet. */
  readonly total = $derived(
    this.#capped && this.#count === 0 ? '' : `${this.#count.toLocaleString('en')}${this.#capped ? '+' : ''}`,
  )
  cursor = $state<string | null>(null)
  #filter: ExecutionFilter
  #after: string | null
  #reading = false
  #outdated = new Set<string>()
  #arrived = new Set<string>()
  #missed = false
  #asked: AskedTogether<ExecutionRowsPage>

  /** `after` is where the first page begins, where that is not the newest. */
  constructor(page: ExecutionRowsPage, filter: ExecutionFilter, after: string | null = null) {
    this.#filter = filter
    this.#after = after
    this.#asked = new AskedTogether({
      ask: (ids) => this.#page({ ids }),
      tell: ({ edges }) => {
        for (const { node } of edges) this.#take(node)
      },
      isExpected: (error) => error instanceof Failure,
    })
    this.#takeFirst(page)
  }

  /** Follows until the returned function is called. */
  follow(workspace: Workspace): () => void {
    const end = workspace.listen({
      updated: (execution) => this.#hear(execution),
      rows: () => [...this.fresh, ...this.rows],
      resumed: () => void this.again(),
    })
    return () => {
      end()
      this.#asked.stop()
    }
  }

  /** Reads the next older page. */
  more(): Promise<void> {
    return this.#read(async () => {
      const page = await this.#page({ after: this.cursor })
      this.rows = mergeLists(
        this.rows,
        page.edges.map(({ node }) => node),
      )
      this.#goOn(page)
    })
  }

  /** Reads the first page again: events may have been missed. */
  async again(): Promise<void> {
    // What is being read may have been answered before them.
    this.#missed = this.busy
    await this.#read(async () => this.#takeFirst(await this.#page({ after: this.#after, first: true })))
  }

  /** Whether one reads further down, where nothing may move; at the top all that waited comes in. */
  reading(down: boolean): void {
    if (this.#reading === down) return
    this.#reading = down
    if (!down) this.showFresh()
  }

  /** Lets in what is new, and lets go of what no longer fits. */
  showFresh(): void {
    const stays = this.rows.filter(({ id }) => !this.#outdated.has(id))
    this.#outdated.clear()
    this.rows = mergeLists(stays, this.fresh)
    this.fresh = []
  }

  #hear(execution: ExecutionSummary): void {
    const known = this.#find(execution.id)
    if (known && known.revision >= execution.revision) return
    const fits = fitsFilter({ ...known, ...execution }, this.#filter)
    if (known) {
      const next = { ...known, ...execution, createdBy: known.createdBy }
      if (fits === false) this.#letGo(next)
      else this.#putBack(next)
      // A later message may have asked another model, which an event does not tell.
      if (fits !== false && known.status !== execution.status) this.#asked.add(execution.id)
    } else if (fits !== false && this.#hasPlaceFor(execution)) this.#asked.add(execution.id)
  }

  #find(id: string): ExecutionRowData | undefined {
    return this.rows.find((row) => row.id === id) ?? this.fresh.find((row) => row.id === id)
  }

  /** Those of older pages come with these, and where the list begins further down, newer ones are not of it. */
  #hasPlaceFor({ id }: { id: string }): boolean {
    const last = this.rows.at(-1)
    if (this.#after !== null && newerThan(this.rows, { id })) return false
    return !this.hasMore || last === undefined || id > last.id
  }

  /** A whole row, as the server has just told it: it fits. */
  #take(row: ExecutionRowData): void {
    if (this.busy) this.#arrived.add(row.id)
    const known = this.#find(row.id)
    if (known) {
      if (known.revision <= row.revision) this.#putBack(row)
      return
    }
    if (!this.#hasPlaceFor(row)) return
    if (!this.#capped) this.#count += 1
    if (this.#reading && newerThan(this.rows, row)) this.fresh = mergeLists(this.fresh, [row])
    else this.rows = mergeLists(this.rows, [row])
  }

  #putBack(row: ExecutionRowData): void {
    if (this.#outdated.delete(row.id) && !this.#capped) this.#count += 1
    this.#replace(row)
  }

  #replace(row: ExecutionRowData): void {
    const put = (rows: ExecutionRowData[]) => {
      const at = rows.findIndex(({ id }) => id === row.id)
      return at === -1 ? rows : rows.with(at, row)
    }
    this.rows = put(this.rows)
    this.fresh = put(this.fresh)
  }

  #letGo(row: ExecutionRowData): void {
    if (!this.#capped && !this.#outdated.has(row.id)) this.#count -= 1
    if (this.#reading && this.rows.some(({ id }) => id === row.id)) {
      this.#replace(row)
      this.#outdated.add(row.id)
      return
    }
    this.rows = this.rows.filter(({ id }) => id !== row.id)
    this.fresh = this.fresh.filter(({ id }) => id !== row.id)
  }

  #takeFirst(page: ExecutionRowsPage): void {
    const read = page.edges.map(({ node }) => node)
    const held = { held: this.rows, read, hasMore: page.pageInfo.hasNextPage }
    const { kept, joined } = keptAfter(held, this.#arrived)
    const merged = mergeLists(kept, read)
    const [first] = this.rows
    const moves = this.#reading && first !== undefined && merged.some(({ id }) => id === first.id)
    this.fresh = moves ? merged.filter(({ id }) => id > first.id) : []
    this.rows = moves ? merged.filter(({ id }) => id <= first.id) : merged
    this.#outdated.clear()
    this.#capped = page.totalCountCapped ?? this.#capped
    this.#count = page.totalCount ?? this.#count
    if (!joined) this.#goOn(page)
  }

  #goOn({ pageInfo, lookedBackTo }: ExecutionRowsPage): void {
    this.hasMore = pageInfo.hasNextPage
    this.cursor = pageInfo.endCursor
    this.lookedBackTo = lookedBackTo
  }

  async #page(of: { after?: string | null; ids?: string[]; first?: boolean }): Promise<ExecutionRowsPage> {
    const { after = null, ids, first = false } = of
    const variables = {
      ...rowsVariables({ ...this.#filter, ...(ids && { ids }) }, after),
      ...(ids && { first: 100 }),
      // Older pages do not change what there is.
      counted: first,
    }
    return (await query({ document: executionRowsQuery, variables })).executions
  }

  async #read(read: () => Promise<void>): Promise<void> {
    if (this.busy) return
    this.busy = true
    this.failure = undefined
    this.#arrived.clear()
    try {
      await read()
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      this.failure = error
    } finally {
      this.busy = false
    }
    if (this.#missed) await this.again()
  }
}
