export interface Limits {
  sameRows: { workflowsPerSecond: number; cpuPerThousand: number; kind: string }
  singleRow1: Rate
  singleRow16: Rate
  batched: Rate
}
export interface Rate {
  perSecond: number
  cpuPerThousand: number
}
export const runLimits = async (_ground: unknown, _result: unknown): Promise<Limits | null> => null
