/** One question: the requests that are sent at the same time for it, each to its own address. */
export interface Question {
  requests: { url: string; headers: Record<string, string>; body: string }[]
}

export interface GatewayLoad {
  /** Asked in turn. */
  questions: Question[]
  connections: number
  seconds: number
}

export interface GatewayHeard {
  count: number
  failed: number
  ms: number[]
  wallSeconds: number
}
