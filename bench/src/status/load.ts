import type { RunsAs } from '../support/owner.ts'

/** How subscribers and executions meet: each with its own, or all on one. */
export type Spread = 'own' | 'one'

export interface StatusSetup {
  natsUrl: string
  secret: string
  gatewayUrl: string
  key: string
  runAs: RunsAs
}

export interface StatusLoad {
  spread: Spread
  subscribers: number
  /** `call` steps of each execution. */
  steps: number
  /** The worker takes this long for a step, half more or less by chance. */
  stepMs: number
}

/** What a subscriber was sent: the execution's index in `ids`, its revision, when (epoch ms). */
export type Arrival = [execution: number, revision: number, atMs: number]

export interface StatusHeard {
  ids: string[]
  arrivals: Arrival[]
  /** Subscribers that heard of the end. */
  heardEnd: number
}

export const statusSubject = (organizationId: string): string => `qw-act.worker.${organizationId}.paced`
