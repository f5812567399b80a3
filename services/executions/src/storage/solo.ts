import type { Database } from '@quillworks/database/connect'
import type { SoloStorage } from '../worker/solo-runner.ts'

/** Over the system role's connections. The index `executions_solo` knows the same number of deaths. */
export function soloStorage(database: Database): SoloStorage {
  return {
    reserve: ({ limit, forMs }) =>
      database.run(async ({ sql }) => {
        const rows = await sql<{ id: string }[]>`
          update executions.executions set wake_at = now() + ${forMs} * interval '1 millisecond'
          where id in (
            select id from executions.executions
            where replica_id is null and wake_at is not null and deaths = 2 and wake_at <= now()
            order by wake_at limit ${limit} for update skip locked
          )
          returning id`
        return rows.map(({ id }) => id)
      }),
    bury: (replicaId) =>
      database.run(({ sql }) =>
        sql.begin(async (tx) => {
          await tx`delete from executions.replicas where id = ${replicaId}`
          await tx`
            update executions.executions set replica_id = null, wake_at = now(),
              deaths = deaths + case when open_attempts > 0 and not step_ended then 1 else 0 end
            where replica_id = ${replicaId}`
        }),
      ),
  }
}
