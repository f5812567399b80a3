import { defineConfig } from 'drizzle-kit'

export default defineConfig({
  dialect: 'postgresql',
  schema: ['./src/database.ts', './src/**/*.table.ts'],
  out: '../../migrations/workflows',
  schemaFilter: ['workflows'],
  migrations: { schema: 'drizzle', table: 'workflows' },
  strict: true,
})
