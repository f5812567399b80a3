export interface ClientSetup {
  modelPort: number
  gatewayUrl: string
  key: string
  promptId: string
}

/** `sdk` and `raw` ask the model server itself; `sse` and `ws` run a prompt and follow its text. */
export const ways = ['sdk', 'raw', 'sse', 'ws'] as const
export type Way = (typeof ways)[number]

export interface StreamsLoad {
  way: Way
  streams: number
  /** How often each stream is begun again; the first time, while the load rises, is not counted. */
  laps: number
}
