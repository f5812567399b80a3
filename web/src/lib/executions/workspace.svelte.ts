import { getContext, setContext } from 'svelte'
import { connection } from '../live/connection.svelte.ts'
import { subscribeLive } from '../live/subscribe.ts'
import { executionsUpdated, type ExecutionSummary } from './execution.documents.ts'

export interface WorkspaceListener {
  updated: (execution: ExecutionSummary) => void
  /** Events may have been missed: read again. */
  resumed: () => void
}

/** One subscription for the tab to everything that happens to the reader's executions, shared by all lists. */
export class Workspace {
  #listeners = new Set<WorkspaceListener>()

  /** Follows until the returned function is called. Browser only. */
  follow(): () => void {
    return subscribeLive({
      transport: connection.transport,
      document: executionsUpdated,
      variables: () => ({}),
      onData: ({ executionsUpdated: execution }) => {
        for (const { updated } of this.#listeners) updated(execution)
      },
      onResume: () => {
        for (const { resumed } of this.#listeners) resumed()
      },
    })
  }

  listen(listener: WorkspaceListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}

const key = Symbol('workspace')
export const provideWorkspace = (workspace: Workspace) => setContext(key, workspace)
export const useWorkspace = () => getContext<Workspace>(key)
