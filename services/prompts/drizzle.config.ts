import { defineConfig } from 'drizzle-kit'

export default defineConfig({
  dialect: 'postgresql',
  schema: ['./src/database.ts', './src/**/*.table.ts'],
  out: '../../migrations/prompts',
  schemaFilter: ['prompts'],
  migrations: { schema: 'drizzle', table: 'prompts' },
  strict: true,
})
