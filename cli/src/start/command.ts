import { resolve } from 'node:path'
import { defineCommand } from 'citty'
import { usageError } from '../command-error.ts'
import { readCliConfig } from '../config.ts'
import { start } from './start.ts'

export default defineCommand({
  meta: { name: 'start', description: 'Start all of Quillworks on this machine, until Ctrl-C' },
  args: {
    port: { type: 'string', description: 'Port of the address that people and programs use (default: 4000)' },
    data: {
      type: 'string',
      description: 'Folder of database, secret and logs (default: .data)',
      valueHint: 'folder',
    },
    reset: { type: 'boolean', description: 'Remove all data of the folder first', default: false },
  },
  run({ args }) {
    const config = readCliConfig()
    const port = args.port === undefined ? config.port : Number(args.port)
    if (!Number.isInteger(port) || port < 1 || port > 65535) throw usageError(`${args.port} is not a port.`)
    const repository = resolve(import.meta.dirname, '../../..')
    return start({
      repository,
      dataDir: args.data ? resolve(args.data) : resolve(repository, config.dataDir),
      reset: args.reset,
      port,
      secret: config.secret,
      databaseUrl: config.databaseUrl,
      natsUrl: config.natsUrl,
    })
  },
})
