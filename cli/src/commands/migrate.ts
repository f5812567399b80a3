import { migrate } from '@quillworks/migrations/migrate'
import { derivePassword } from '@quillworks/service-kit/keys'
import { defineCommand } from 'citty'
import { readCliConfig } from '../config.ts'
import { CommandError } from '../command-error.ts'
import { formatDuration } from '../output/format.ts'

/** The owner's address with the password that the secret makes, where the address names a user and no password. */
function ownerUrl(databaseUrl: string, secret: string): string {
  const url = new URL(databaseUrl)
  if (url.username && !url.password) url.password = derivePassword(secret, 'postgres-owner')
  return url.href
}

export default defineCommand({
  meta: { name: 'migrate', description: 'Bring the database at DATABASE_URL to this release, as its owner' },
  async run() {
    const { databaseUrl, secret } = readCliConfig()
    if (!databaseUrl || !secret) {
      throw new CommandError(
        'migrate.unset',
        'Set DATABASE_URL (of the owner) and QUILLWORKS_SECRET; npm start migrates by itself.',
      )
    }
    try {
      await migrate({
        ownerUrl: ownerUrl(databaseUrl, secret),
        secret,
        onStep: ({ schema, durationMs }) =>
          process.stdout.write(`✓ ${schema} ${formatDuration(durationMs)}\n`),
      })
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new CommandError(
        'migrate.failed',
        `The database at ${new URL(databaseUrl).host} was not migrated: ${reason}`,
        { cause },
      )
    }
  },
})
