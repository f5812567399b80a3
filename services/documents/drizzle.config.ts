import { defineConfig } from 'drizzle-kit'

export default defineConfig({
  dialect: 'postgresql',
  schema: ['./src/database.ts', './src/**/*.table.ts'],
  out: '../../migrations/documents',
  schemaFilter: ['documents'],
  migrations: { schema: 'drizzle', table: 'documents' },
  strict: true,
})
