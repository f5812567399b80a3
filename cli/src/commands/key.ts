import { defineCommand } from 'citty'
import { connectionArgs, jsonArg, openContext } from '../command.ts'
import { repeatedOption } from '../command-line.ts'
import { createApiKey, listApiKeys, revokeApiKey, type ApiKeyView } from '../keys/api-keys.ts'
import { parseExpiry } from '../keys/expiry.ts'
import { jsonLine } from '../output/screen.ts'

function keyLine(key: ApiKeyView): string {
  const until = key.expiresAt ? `until ${key.expiresAt}` : 'no end'
  const used = key.lastUsedAt ? `used ${key.lastUsedAt}` : 'never used'
  return [key.id, `${key.start}…`, key.name, key.scopes.join(' '), until, used].join('  ')
}

const create = defineCommand({
  meta: { name: 'create', description: 'Make an API key and print it, this once' },
  args: {
    name: { type: 'string', description: 'What the key is for', required: true },
    scope: {
      type: 'string',
      description: 'What it may do, many times (default: all you may)',
      valueHint: 'area:read',
    },
    expires: { type: 'string', description: 'When it ends (default: never)', valueHint: '90d|date' },
    ...jsonArg,
    ...connectionArgs,
  },
  async run({ args, rawArgs }) {
    const { connection } = openContext(args)
    const scopes = repeatedOption(rawArgs, 'scope').flatMap((text) => text.split(','))
    const expiresAt =
      args.expires === undefined ? undefined : parseExpiry(args.expires, new Date()).toISOString()
    const { key, apiKey } = await createApiKey(connection, {
      name: args.name,
      ...(scopes.length > 0 ? { scopes } : {}),
      ...(expiresAt ? { expiresAt } : {}),
    })
    if (args.json) jsonLine({ key, ...apiKey })
    else {
      process.stdout.write(`${key}\n`)
      process.stderr.write('Keep it safe: it is shown this once. Send it as "Authorization: Bearer …".\n')
    }
  },
})

const list = defineCommand({
  meta: { name: 'list', description: 'List the API keys of the organization' },
  args: { ...jsonArg, ...connectionArgs },
  async run({ args }) {
    const { connection } = openContext(args)
    let count = 0
    for await (const key of listApiKeys(connection)) {
      count += 1
      if (args.json) jsonLine(key)
      else process.stdout.write(`${keyLine(key)}\n`)
    }
    if (count === 0)
      process.stderr.write('There are no API keys. Make one with: quillworks key create --name …\n')
  },
})

const revoke = defineCommand({
  meta: { name: 'revoke', description: 'End an API key for ever' },
  args: {
    id: { type: 'positional', description: 'Id of the key, as key list shows it', required: true },
    ...jsonArg,
    ...connectionArgs,
  },
  async run({ args }) {
    const { connection } = openContext(args)
    const key = await revokeApiKey(connection, args.id)
    if (args.json) jsonLine({ revoked: key.id, name: key.name })
    else process.stdout.write(`Revoked ${key.name} (${key.id}).\n`)
  },
})

export default defineCommand({
  meta: { name: 'key', description: 'Make, list and revoke API keys' },
  subCommands: { create, list, revoke },
})
