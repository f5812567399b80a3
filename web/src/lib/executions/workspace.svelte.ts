import { getContext, setContext } from 'svelte'
import type { PolledStatus } from '../live/ask-status.ts'
import { connection } from '../live/connection.svelte.ts'
import { subscribeLive } from '../live/subscribe.ts'
import { executionsUpdated, type ExecutionSummary } from './execution.documents.ts'

export interface WorkspaceListener {
  updated: (execution: ExecutionSummary) => void
  /** Events may have been missed: read again. */
  resumed: () => void
  /** Listed executions that go on by themselves. */
  pending: () => { id: string; revision: number }[]
  /** A listed execution is newer than it is shown, by polling. */
  polled: (status: PolledStatus) => void
}

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
        asked: () => [...this.#listeners].flatMap((listener) => listener.pending()),
        heard: (status) => {
          for (const { polled } of this.#listeners) polled(status)
        },
        reread: () => this.#readAgain(),
      }),
    ]
    return () => ends.forEach((end) => end())
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
