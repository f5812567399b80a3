import { resolve } from 'node:path'
import { type CliConfig, readCliConfig } from './config.ts'
import { exitCodes } from './command-error.ts'
import { type Connection, createConnection } from './connection/connection.ts'
import { readSecretOf, readRuntimeOf, type RuntimeFacts } from './connection/data-folder.ts'

/** The options that every command which talks to a running Quillworks has. */
export const connectionArgs = {
  url: { type: 'string', description: 'Address of the gateway', valueHint: 'http://host:port' },
  data: { type: 'string', description: 'Data folder of a local start (default: .data)', valueHint: 'folder' },
  organization: {
    type: 'string',
    description: 'Organization to act in, by id or short name',
    valueHint: 'id',
  },
} as const

export const jsonArg = {
  json: { type: 'boolean', description: 'Print one JSON object a line', default: false },
} as const

/** What a command stands on: settings, the local start's facts, and the way to the gateway. */
export interface CommandContext {
  config: CliConfig
  /** Absolute. */
  dataDir: string
  secret: string | undefined
  runtime: RuntimeFacts | undefined
  connection: Connection
}

/** Reads settings and data folder; options win over the environment, which wins over what the data folder says. */
export function openContext(args: {
  url?: string | undefined
  data?: string | undefined
  organization?: string | undefined
}): CommandContext {
  const config = readCliConfig()
  // Commands run anywhere, and a local start keeps its data in the repository unless told otherwise.
  const repository = resolve(import.meta.dirname, '../..')
  const dataDir = args.data ? resolve(args.data) : resolve(repository, config.dataDir)
  const secret = config.secret || readSecretOf(dataDir)
  const runtime = readRuntimeOf(dataDir)
  const url = args.url?.replace(/\/+$/, '') || config.url || runtime?.url || `http://127.0.0.1:${config.port}`
  const connection = createConnection({
    url,
    apiKey: config.apiKey,
    secret,
    organization: args.organization || config.organization,
    dataDir,
  })
  return { config, dataDir, secret, runtime, connection }
}

/**
 * Runs `work` with a signal that Ctrl-C or SIGTERM aborts; then `onInterrupt` says what goes on without the command, and
 * the exit code is 130.
 */
export async function interruptible(input: {
  work: (signal: AbortSignal) => Promise<number>
  onInterrupt: () => void
}): Promise<number> {
  const controller = new AbortController()
  const interrupt = () => controller.abort()
  process.once('SIGINT', interrupt)
  process.once('SIGTERM', interrupt)
  try {
    const code = await input.work(controller.signal)
    if (!controller.signal.aborted) return code
  } catch (error) {
    if (!controller.signal.aborted) throw error
  } finally {
    process.off('SIGINT', interrupt)
    process.off('SIGTERM', interrupt)
  }
  input.onInterrupt()
  return exitCodes.interrupted
}
