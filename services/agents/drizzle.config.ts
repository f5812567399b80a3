import { defineConfig } from 'drizzle-kit'

export default defineConfig({
  dialect: 'postgresql',
  schema: ['./src/database.ts', './src/**/*.table.ts'],
  out: '../../migrations/agents',
  schemaFilter: ['agents'],
  migrations: { schema: 'drizzle', table: 'agents' },
  strict: true,
})
