import { natsServerConfig } from '@quillworks/messaging/credentials'
import { defineCommand } from 'citty'
import { usageError } from '../command-error.ts'
import { openContext } from '../command.ts'
import { writeOut } from '../output/write-file.ts'
import { requireSecret } from '../require-secret.ts'

function portOf(text: string): number {
  const port = Number(text)
  if (!Number.isInteger(port) || port < 1 || port > 65535) throw usageError(`${text} is not a port.`)
  return port
}

export default defineCommand({
  meta: {
    name: 'nats-config',
    description:
      'Print the configuration of a nats-server that trusts the users of this secret; it holds no key',
  },
  args: {
    store: {
      type: 'string',
      description: "Folder of JetStream's data",
      default: '/data',
      valueHint: 'folder',
    },
    host: { type: 'string', description: 'Address to listen on', default: '0.0.0.0', valueHint: 'address' },
    port: { type: 'string', description: 'Port to listen on', default: '4222' },
    monitor: {
      type: 'string',
      description: 'Port for health checks from the same machine',
      valueHint: 'port',
    },
    out: { type: 'string', description: 'File to write instead of stdout', valueHint: 'file' },
    data: {
      type: 'string',
      description: 'Data folder with the secret (default: .data)',
      valueHint: 'folder',
    },
  },
  async run({ args }) {
    const secret = requireSecret(openContext(args))
    const config = await natsServerConfig({
      secret,
      storeDir: args.store,
      host: args.host,
      port: portOf(args.port),
    })
    const monitor = args.monitor === undefined ? '' : `http: "127.0.0.1:${portOf(args.monitor)}"\n`
    writeOut(config + monitor, args.out, 0o644)
  },
})
