import { defineCommand } from 'citty'
import { connectionArgs, jsonArg, openContext } from '../command.ts'
import { CommandError } from '../command-error.ts'
import { notRunning } from '../connection/graphql.ts'
import { ownerLink } from '../connection/owner-session.ts'
import { jsonLine } from '../output/screen.ts'
import { requireSecret } from '../require-secret.ts'

export default defineCommand({
  meta: { name: 'sign-in', description: 'Print a link that signs the owner in once, within ten minutes' },
  args: { ...jsonArg, ...connectionArgs },
  async run({ args }) {
    const context = openContext(args)
    const { url } = context.connection
    const secret = requireSecret(context)
    const link = await ownerLink({ url, secret }).catch((cause: unknown) => {
      throw notRunning(url, cause)
    })
    if (!link) {
      const reason = `${url} gave no link: it runs with another secret, or is not the gateway.`
      throw new CommandError('sign_in.refused', reason)
    }
    if (args.json) jsonLine({ url: link })
    else process.stdout.write(`${link}\n`)
  },
})
