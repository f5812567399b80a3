import { defineConfig } from 'drizzle-kit'

export default defineConfig({
  dialect: 'postgresql',
  schema: ['./src/identity/identity.schema.ts', './src/identity/**/*.table.ts'],
  out: '../migrations/identity',
  schemaFilter: ['identity'],
  migrations: { schema: 'drizzle', table: 'identity' },
  strict: true,
})
