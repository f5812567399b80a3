import { defineCommand } from 'citty'
import { connectionArgs, jsonArg, openContext } from '../command.ts'
import { CommandError } from '../command-error.ts'
import { notRunning } from '../connection/graphql.ts'
import { jsonLine } from '../output/screen.ts'
import { requireSecret } from '../require-secret.ts'
import { ownerLink } from '../start/sign-in-link.ts'

export default defineCommand({
  meta: { name: 'sign-in', description: 'Print a link that signs the owner in once, within ten minutes' },
  args: { ...jsonArg, ...connectionArgs },
  async run({ args }) {
    const context = openContext(args)
    const { url } = context.connection
    const secret = requireSecret(context)
    await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(10_000) }).catch((cause: unknown) => {
      throw notRunning(url, cause)
    })
    const owner = await ownerLink({ gateway: url, secret })
    if (!owner) {
      throw new CommandError(
        'sign_in.refused',
        `${url} gave no link: it runs with another secret, or is not the gateway.`,
      )
    }
    if (args.json) jsonLine({ url: owner.url })
    else process.stdout.write(`${owner.url}\n`)
  },
})
