import { getContext, setContext } from 'svelte'
import type { PolledStatus } from '../live/ask-status.ts'
import { connection } from '../live/connection.svelte.ts'
import { subscribeLive } from '../live/subscribe.ts'
import { executionsUpdated, type ExecutionSummary } from './execution.documents.ts'

export interface WorkspaceListener {
  updated: (execution: ExecutionSummary) => void
  /** Events may have been missed: read again. */
  resumed: () => void
  /** What is listed now, on screen or waiting to be. */
  rows: () => readonly ExecutionSummary[]
}

const goesOn = ({ status }: ExecutionSummary) => status === 'queued' || status === 'running'

/** One way for the tab to hear of everything that happens to the reader's executions, shared by all lists. */
export class Workspace {
  #listeners = new Set<WorkspaceListener>()

  /** Follows until the returned function is called. Browser only. */
  follow(): () => void {
    const ends = [
      subscribeLive({
        transport: connection.transport,
        document: executionsUpdated,
        variables: () => ({}),
        onData: ({ executionsUpdated: execution }) => {
          for (const { updated } of this.#listeners) updated(execution)
        },
        onResume: () => this.#readAgain(),
      }),
      connection.poller.add({
        asked: () => [...this.#listeners].flatMap(({ rows }) => rows().filter(goesOn)),
        heard: (status) => this.#hear(status),
        reread: () => this.#readAgain(),
      }),
    ]
    return () => ends.forEach((end) => end())
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
    connection.poller.stir()
    return () => this.#listeners.delete(listener)
  }
}

const key = Symbol('workspace')
export const provideWorkspace = (workspace: Workspace) => setContext(key, workspace)
export const useWorkspace = () => getContext<Workspace>(key)
