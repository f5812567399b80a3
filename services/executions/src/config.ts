import { defineConfig, entry } from '@quillworks/service-kit/config'
import { serviceConfigEntries } from '@quillworks/service-kit/service-config'
import { z } from 'zod'
import { modelConfigEntries } from './models/model.config.ts'

/** Which execution a child process runs alone, and the replica that it is. */
export interface SoloSetting {
  executionId: string
  replicaId: string
}

const soloVariable = 'QUILLWORKS_SOLO'

/** The environment of a child process that runs one execution alone. */
export function soloEnvironment({ executionId, replicaId }: SoloSetting): Record<string, string | undefined> {
  return { ...process.env, [soloVariable]: `${executionId}/${replicaId}` }
}

const soloSchema = z
  .string()
  .regex(/^([0-9a-f-]{36}\/[0-9a-f-]{36})?$/)
  .transform((text): SoloSetting | null => {
    const [executionId = '', replicaId = ''] = text.split('/')
    return text === '' ? null : { executionId, replicaId }
  })

const positive = z.coerce.number().int().min(1)

/** The settings of the executions service. */
export const readConfig = defineConfig({
  ...serviceConfigEntries,
  ...modelConfigEntries,
  leaseMs: entry({
    env: 'QUILLWORKS_LEASE_MS',
    schema: z.coerce.number().int().min(1_000),
    default: 30_000,
    doc: 'how long a replica that says nothing keeps its executions',
  }),
  capacity: entry({
    env: 'QUILLWORKS_CAPACITY',
    schema: positive,
    default: 500,
    doc: 'executions that one replica carries out at the same time',
  }),
  perOrganization: entry({
    env: 'QUILLWORKS_EXECUTIONS_PER_ORGANIZATION',
    schema: positive,
    default: 200,
    doc: 'executions of one organization that run at the same time, over all replicas',
  }),
  pollMs: entry({
    env: 'QUILLWORKS_POLL_MS',
    schema: positive,
    default: 2_000,
    doc: 'how often a replica looks for work that no message told it of',
  }),
  pureStepsPerCommit: entry({
    env: 'QUILLWORKS_PURE_STEPS_PER_COMMIT',
    schema: positive,
    default: 100,
    doc: 'most steps without outside effects, such as templates, that share one commit',
  }),
  drainMs: entry({
    env: 'QUILLWORKS_DRAIN_MS',
    schema: z.coerce.number().int().min(0),
    default: 5_000,
    doc: 'how long steps may finish after a SIGTERM',
  }),
  solo: entry({
    env: soloVariable,
    schema: soloSchema,
    default: null,
    doc: 'set by the service for its own child processes: the execution to run alone, and the replica to do it as',
  }),
})

export type ExecutionsConfig = ReturnType<typeof readConfig>
