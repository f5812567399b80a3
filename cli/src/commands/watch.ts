import { isId } from '@quillworks/service-kit/ids'
import { defineCommand } from 'citty'
import { connectionArgs, interruptible, jsonArg, openContext } from '../command.ts'
import { exitCodes, usageError } from '../command-error.ts'
import { readExecution } from '../follow/follow.ts'
import { followAsJson, followOnScreen } from '../follow/show.ts'
import { closingLines } from '../output/progress-lines.ts'
import { createScreen } from '../output/screen.ts'

export default defineCommand({
  meta: { name: 'watch', description: 'Watch an execution to its end: status, steps and text' },
  args: {
    execution: { type: 'positional', description: 'Id of the execution', required: true },
    ...jsonArg,
    ...connectionArgs,
  },
  async run({ args }) {
    const id = args.execution
    if (!isId(id)) throw usageError(`An execution has an id such as 0190a5f2-…; "${id}" is none.`)
    const { connection } = openContext(args)
    await readExecution({ connection, id })
    const screen = createScreen({ text: process.stdout, lines: process.stdout })
    return interruptible({
      async work(signal) {
        const last = args.json
          ? await followAsJson({ connection, id, signal })
          : await followOnScreen({ connection, id, signal, screen, progress: true })
        if (!last) return exitCodes.interrupted
        if (!args.json) for (const line of closingLines(last)) screen.line(line)
        return last.status === 'succeeded' ? exitCodes.ok : exitCodes.failed
      },
      onInterrupt() {
        screen.end()
        process.stderr.write(`The execution goes on. Watch it again with: quillworks watch ${id}\n`)
      },
    })
  },
})
