import { parseArgs } from 'node:util'
import { startModelServer } from './server.ts'
import { scriptSchema } from './script.ts'

const usage =
  'bun packages/testing/src/model-server/main.ts [--port N] [--script file.json] [--ledger file] [--key KEY]'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    script: { type: 'string' },
    ledger: { type: 'string' },
    key: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) {
  console.log(usage)
} else {
  const script =
    values.script === undefined ? [] : scriptSchema.parse(await Bun.file(values.script).json()).answers
  const server = startModelServer({
    port: Number(values.port),
    script,
    ...(values.ledger === undefined ? {} : { ledgerFile: values.ledger }),
    ...(values.key === undefined ? {} : { requireKey: values.key }),
  })
  console.log(
    JSON.stringify({
      port: server.port,
      openaiBaseUrl: server.openaiBaseUrl,
      anthropicBaseUrl: server.anthropicBaseUrl,
    }),
  )
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void server.close())
}
