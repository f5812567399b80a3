import { CommandError } from '../command-error.ts'

/** A start that cannot be: one plain sentence which names the port, the folder or the program. */
export function startError(code: string, message: string, cause?: unknown): CommandError {
  return new CommandError(`start.${code}`, message, { cause })
}
