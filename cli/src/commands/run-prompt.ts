import { newId } from '@quillworks/service-kit/ids'
import { defineCommand } from 'citty'
import { z } from 'zod'
import { connectionArgs, interruptible, jsonArg, openContext } from '../command.ts'
import { exitCodes, usageError } from '../command-error.ts'
import { repeatedOption } from '../command-line.ts'
import type { Connection } from '../connection/connection.ts'
import { request } from '../connection/graphql.ts'
import { retry } from '../connection/retry.ts'
import { textOf, type ExecutionView } from '../follow/execution.ts'
import { followAsJson, followOnScreen, giveUpAfterMs } from '../follow/show.ts'
import { closingLines } from '../output/progress-lines.ts'
import { createScreen, jsonLine, type Screen } from '../output/screen.ts'
import { findPrompt } from '../prompts/find-prompt.ts'
import { parseAssignments, readValue, typeValues } from '../prompts/variables.ts'

const runOperation = `mutation CliRunPrompt($input: RunPromptInput!) { runPrompt(input: $input) { id } }`
const runSchema = z.object({ runPrompt: z.object({ id: z.string() }) })

async function readFileText(path: string): Promise<string> {
  try {
    return path === '-' ? await Bun.stdin.text() : await Bun.file(path).text()
  } catch (error) {
    throw usageError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** Starts the run; asked again after a cut with the same key, it is started once. */
async function startRun(input: {
  connection: Connection
  promptId: string
  values: Record<string, unknown>
  message: string | undefined
  model: string | undefined
  version: number | undefined
  signal: AbortSignal
}): Promise<string> {
  const { connection, signal, ...given } = input
  const variables = { input: { ...given, idempotencyKey: newId() } }
  const { runPrompt } = await retry({
    ask: () => request({ connection, query: runOperation, variables, schema: runSchema, deadlineMs: 30_000 }),
    signal,
    giveUpAfterMs,
  })
  return runPrompt.id
}

/** The text that a run made: that of its model steps, in their order. */
function textOfExecution(execution: ExecutionView): string {
  const texts = execution.steps.filter((step) => step.kind === 'model').map((step) => textOf(step.output))
  return texts.filter((text) => text !== undefined).join('\n')
}

function resultOf({ steps: _, ...execution }: ExecutionView, text: string): object {
  return { type: 'result', ...execution, text }
}

function versionNumber(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const version = Number(text)
  if (!Number.isInteger(version) || version < 1)
    throw usageError(`--version takes a number from 1, not ${text}.`)
  return version
}

async function show(input: {
  connection: Connection
  id: string
  signal: AbortSignal
  screen: Screen
  json: boolean
  stream: boolean
}): Promise<number> {
  const { json, screen } = input
  const silent: Screen = { ...screen, text: () => {} }
  const last = json
    ? await followAsJson(input)
    : await followOnScreen({ ...input, screen: input.stream ? screen : silent, progress: true })
  if (!last) return exitCodes.interrupted
  if (json) jsonLine(resultOf(last, textOfExecution(last)))
  else {
    if (!input.stream) screen.text(textOfExecution(last))
    screen.end()
    for (const line of closingLines(last)) screen.line(line)
  }
  return last.status === 'succeeded' ? exitCodes.ok : exitCodes.failed
}

export default defineCommand({
  meta: {
    name: 'prompt',
    description: 'Run a prompt; its text goes to stdout as it is written, all else to stderr',
  },
  args: {
    prompt: { type: 'positional', description: 'Id or title of the prompt', required: true },
    var: {
      type: 'string',
      description: 'Value of a variable, many times; @file reads a file',
      valueHint: 'name=value',
    },
    model: { type: 'string', description: "Model instead of the prompt's", valueHint: 'provider/model' },
    message: { type: 'string', description: 'Message to send with the prompt', valueHint: 'text' },
    version: { type: 'string', description: 'Version instead of the newest', valueHint: 'number' },
    stream: {
      type: 'boolean',
      description: 'Print the text as it is written',
      negativeDescription: 'Print the text once, when it is whole',
      default: true,
    },
    ...jsonArg,
    ...connectionArgs,
  },
  async run({ args, rawArgs }) {
    const { connection } = openContext(args)
    const texts = parseAssignments(repeatedOption(rawArgs, 'var'))
    const version = versionNumber(args.version)
    const prompt = await findPrompt(connection, args.prompt)
    for (const [name, text] of texts) texts.set(name, await readValue(text, readFileText))
    const values = typeValues(prompt.variables, texts)
    const message = args.message === undefined ? undefined : await readValue(args.message, readFileText)
    const screen = createScreen({ text: process.stdout, lines: process.stderr })
    let id: string | undefined
    return interruptible({
      async work(signal) {
        id = await startRun({
          connection,
          promptId: prompt.id,
          values,
          message,
          model: args.model,
          version,
          signal,
        })
        if (args.json) jsonLine({ type: 'started', id, prompt: { id: prompt.id, title: prompt.title } })
        else screen.line(`${prompt.title} · execution ${id}`)
        return show({ connection, id, signal, screen, json: args.json, stream: args.stream })
      },
      onInterrupt() {
        screen.end()
        const message = id
          ? `The execution goes on. Watch it again with: quillworks watch ${id}`
          : 'Interrupted before the execution was known to have started; see the list of executions.'
        process.stderr.write(`${message}\n`)
      },
    })
  },
})
