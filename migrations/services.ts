/** Everything that owns a Postgres schema, in the order of migration. */
export const schemas = ['identity', 'prompts', 'documents', 'workflows', 'agents', 'executions'] as const
export type SchemaName = (typeof schemas)[number]
