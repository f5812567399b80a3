import { defineConfig } from 'drizzle-kit'

export default defineConfig({
  dialect: 'postgresql',
  schema: ['./src/database.ts', './src/**/*.table.ts'],
  out: '../../migrations/executions',
  schemaFilter: ['executions'],
  migrations: { schema: 'drizzle', table: 'executions' },
  strict: true,
})
