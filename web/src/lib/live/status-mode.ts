export const statusModes = ['auto', 'push', 'poll'] as const
/** How somebody follows what runs: by subscriptions, by polling, or by polling only while subscriptions fail. */
export type StatusMode = (typeof statusModes)[number]

export interface PushHealth {
  mode: StatusMode
  /** A socket is open and answers. */
  live: boolean
  /** Sockets that could not be opened, one after the other. */
  failedOpens: number
}

/** Sockets that failed to open in a row, after which the server is asked instead. */
export const opensUntilPolling = 3

/** Whether to ask instead of waiting to be told. */
export function polls({ mode, live, failedOpens }: PushHealth): boolean {
  return mode === 'poll' || (mode === 'auto' && !live && failedOpens >= opensUntilPolling)
}
