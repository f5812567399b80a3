import { defineCommand } from 'citty'
import { connectionArgs, interruptible, jsonArg, openContext } from '../command.ts'
import { CommandError, exitCodes } from '../command-error.ts'
import { liveTap } from '../tap/live-tap.ts'
import { organizationIdOf } from '../tap/organization.ts'
import { streamTap } from '../tap/stream-tap.ts'
import { eventLine, parseEvent } from '../tap/tap-event.ts'
import { parseSince, tapSubject } from '../tap/tap-subject.ts'

export default defineCommand({
  meta: { name: 'tap', description: "Print your organization's events as they come" },
  args: {
    subject: {
      type: 'positional',
      description: "Which events, such as 'executions.>' or 'prompts.prompt.*.created'",
      default: '>',
    },
    since: { type: 'string', description: 'Begin with kept events, 72 h at most', valueHint: '10m|time|all' },
    ...jsonArg,
    ...connectionArgs,
  },
  async run({ args }) {
    const { config, connection, runtime, secret, dataDir } = openContext(args)
    const since = args.since === undefined ? undefined : parseSince(args.since, new Date())
    const url = config.natsUrl || runtime?.natsUrl
    if (!url) {
      throw new CommandError(
        'nats.unknown',
        `Nothing says where NATS is: set NATS_URL, or start Quillworks with npm start (${dataDir} tells of no running one).`,
      )
    }
    const organizationId = await organizationIdOf(connection, args.organization || config.organization)
    const subject = tapSubject(organizationId, args.subject)
    const onReady = () => process.stderr.write(`Listening on ${subject}. Ctrl-C ends it.\n`)
    return interruptible({
      async work(signal) {
        const access = { url, secret }
        const common = { access, organizationId, subject, signal, onReady }
        const messages = since === undefined ? liveTap(common) : streamTap({ ...common, since })
        for await (const message of messages) {
          const event = parseEvent(message.text)
          if (!event) process.stderr.write(`What came on ${message.subject} is not an event of Quillworks.\n`)
          else process.stdout.write(`${args.json ? JSON.stringify(event) : eventLine(event)}\n`)
        }
        return exitCodes.ok
      },
      onInterrupt: () => {},
    })
  },
})
