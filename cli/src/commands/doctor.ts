import { defineCommand } from 'citty'
import packageJson from '../../../package.json' with { type: 'json' }
import { type CommandContext, connectionArgs, jsonArg, openContext } from '../command.ts'
import { exitCodes } from '../command-error.ts'
import { checkDatabase } from '../doctor/database.ts'
import { failed, type Finding, findingLines, warning } from '../doctor/finding.ts'
import { checkGateway } from '../doctor/gateway.ts'
import { checkDataFolder, checkDisk, checkPrograms } from '../doctor/machine.ts'
import { checkModels } from '../doctor/models.ts'
import { checkNats } from '../doctor/nats.ts'
import { jsonLine } from '../output/screen.ts'

const isLocal = (url: string) => ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname)

/** What cannot be looked at from here: needed for a local Quillworks, no fault where it runs elsewhere. */
function unknown(check: string, variable: string, isRemote: boolean): Finding {
  const advice = `Start Quillworks with npm start, or set ${variable} to look at it from here.`
  return isRemote ? warning(check, 'cannot be seen from here', advice) : failed(check, 'nothing runs', advice)
}

/** Looks at everything, one part after the other, as findings come. */
async function* examine(context: CommandContext): AsyncGenerator<Finding> {
  const { config, connection, dataDir, runtime, secret } = context
  const isRemote = !isLocal(connection.url)
  yield* checkPrograms(packageJson.devDependencies['bun-types'])
  yield* checkDataFolder({ folder: dataDir, hasOtherSecret: config.secret !== '', isRemote })
  yield await checkDisk(dataDir)
  const databaseUrl = config.databaseUrl || runtime?.databaseUrl
  if (databaseUrl) yield* await checkDatabase({ url: databaseUrl, secret })
  else yield unknown('Postgres', 'DATABASE_URL', isRemote)
  const natsUrl = config.natsUrl || runtime?.natsUrl
  if (natsUrl) yield* await checkNats({ url: natsUrl, secret })
  else yield unknown('NATS', 'NATS_URL', isRemote)
  yield* await checkGateway(connection)
  yield checkModels(config)
}

export default defineCommand({
  meta: {
    name: 'doctor',
    description: 'Look at every part of Quillworks and say what to do about what is wrong',
  },
  args: { ...jsonArg, ...connectionArgs },
  async run({ args }) {
    let failures = 0
    let warnings = 0
    for await (const finding of examine(openContext(args))) {
      if (finding.state === 'failed') failures += 1
      if (finding.state === 'warning') warnings += 1
      if (args.json) jsonLine(finding)
      else process.stdout.write(`${findingLines(finding).join('\n')}\n`)
    }
    if (!args.json) {
      const summary = failures === 0 ? 'Quillworks is well' : `${failures} to mend`
      process.stdout.write(`\n${summary}${warnings > 0 ? `, ${warnings} to know of` : ''}.\n`)
    }
    return failures === 0 ? exitCodes.ok : exitCodes.failed
  },
})
