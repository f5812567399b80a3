import { getContext, setContext, untrack } from 'svelte'
import type { PolledStatus } from '../live/ask-status.ts'
import { connection } from '../live/connection.svelte.ts'
import { subscribeLive } from '../live/subscribe.ts'
import { executionsUpdated, type ExecutionSummary } from './execution.documents.ts'

export interface WorkspaceListener {
  updated: (execution: ExecutionSummary) => void
  /** Something may have happened that nobody told: read again. */
  resumed: () => void
  /** What is listed now, on screen or waiting to be. */
  rows: () => readonly ExecutionSummary[]
}

/** More than happens between the reading of a page and its being shown. */
const mostLatest = 100

const goesOn = ({ status }: ExecutionSummary) => status === 'queued' || status === 'running'

/** One way for the tab to hear of everything that happens to the reader's executions, shared by all lists. */
export class Workspace {
  #listeners = new Set<WorkspaceListener>()
  /** What came last, for a list that was read before it and listens after it. */
  #latest = new Map<string, ExecutionSummary>()

  /** Follows until the returned function is called. Browser only. */
  follow(): () => void {
    const ends = [
      subscribeLive({
        transport: connection.transport,
        document: executionsUpdated,
        variables: () => ({}),
        onData: ({ executionsUpdated: execution }) => this.#tell(execution),
        onListening: () => this.#readAgain(),
      }),
      connection.poller.add({
        asked: () => [...this.#listeners].flatMap(({ rows }) => rows().filter(goesOn)),
        heard: (status) => this.#hear(status),
        reread: () => this.#readAgain(),
      }),
    ]
    return () => ends.forEach((end) => end())
  }

  #tell(execution: ExecutionSummary): void {
    this.#latest.delete(execution.id)
    this.#latest.set(execution.id, execution)
    const [oldest] = this.#latest.keys()
    if (this.#latest.size > mostLatest && oldest !== undefined) this.#latest.delete(oldest)
    for (const { updated } of this.#listeners) updated(execution)
  }

  /** What polling tells of a row is the newer part of it. */
  #hear(status: PolledStatus): void {
    for (const { rows, updated } of this.#listeners) {
      const known = rows().find(({ id }) => id === status.id)
      if (known) updated({ ...known, ...(status as Partial<ExecutionSummary>) })
    }
  }

  #readAgain(): void {
    for (const { resumed } of this.#listeners) resumed()
  }

  listen(listener: WorkspaceListener): () => void {
    this.#listeners.add(listener)
    // Whoever listens in an effect does not depend on what this reads.
    untrack(() => {
      this.#latest.forEach((execution) => listener.updated(execution))
      connection.poller.stir()
    })
    return () => this.#listeners.delete(listener)
  }
}

const key = Symbol('workspace')
export const provideWorkspace = (workspace: Workspace) => setContext(key, workspace)
export const useWorkspace = () => getContext<Workspace>(key)
