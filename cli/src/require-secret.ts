import type { CommandContext } from './command.ts'
import { CommandError } from './command-error.ts'

/** The deployment's secret, or an error that says where it is looked for. */
export function requireSecret({ secret, dataDir }: CommandContext): string {
  if (secret) return secret
  throw new CommandError(
    'secret.missing',
    `There is no secret: set QUILLWORKS_SECRET, or name a data folder that holds one (--data); ${dataDir} holds none.`,
  )
}
