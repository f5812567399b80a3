import type { Issue } from '@quillworks/service-kit/errors'
import { z } from 'zod'
import { CommandError } from '../command-error.ts'
import type { Connection } from './connection.ts'

const errorSchema = z.object({
  message: z.string(),
  extensions: z
    .object({
      code: z.string().optional(),
      retryAfterSeconds: z.number().optional(),
      issues: z
        .array(
          z.object({ path: z.array(z.union([z.string(), z.number()])).default([]), message: z.string() }),
        )
        .optional(),
    })
    .optional(),
})
export const responseSchema = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z.array(errorSchema).optional(),
})
export type GraphQLResponse = z.infer<typeof responseSchema>

/** The gateway cannot be reached or broke off: what was asked may or may not have happened. */
export class UnreachableError extends CommandError {
  constructor(message: string, cause?: unknown) {
    super('gateway.unreachable', message, { cause })
  }
}

/** What a person is told when nothing listens at the address. */
export function notRunning(url: string, cause?: unknown): UnreachableError {
  return new UnreachableError(`Quillworks does not answer at ${url} — start it with npm start.`, cause)
}

/** Turns the errors of an answer into the one that the command ends with, all issues of all errors in it. */
export function errorOf(errors: z.infer<typeof errorSchema>[]): CommandError {
  const [first] = errors
  const issues: Issue[] = errors.flatMap((error) => error.extensions?.issues ?? [])
  for (const other of errors.slice(1)) issues.push({ path: [], message: other.message })
  return new CommandError(
    first?.extensions?.code ?? 'graphql.invalid',
    first?.message ?? 'The request failed.',
    {
      issues,
      ...(first?.extensions?.retryAfterSeconds === undefined
        ? {}
        : { retryAfterSeconds: first.extensions.retryAfterSeconds }),
    },
  )
}

/** Codes that say "not now" rather than "no". */
const passing = new Set(['service.unavailable', 'service.restarting', 'live.resync', 'gateway.unreachable'])

/** True for failures that another try may not meet. */
export function isPassing(error: unknown): error is CommandError {
  return error instanceof CommandError && (passing.has(error.code) || error.retryAfterSeconds !== undefined)
}

/** Sends one operation as JSON and gives its answer as a fetch response; a closed door is `UnreachableError`. */
export async function post(input: {
  connection: Connection
  query: string
  variables: Record<string, unknown>
  accept: string
  signal: AbortSignal
}): Promise<Response> {
  const response = await send(input)
  if (response.status !== 401 || !(await input.connection.retryAs())) return response
  return send(input)
}

async function send(input: Parameters<typeof post>[0]): Promise<Response> {
  const headers = await input.connection.headers()
  try {
    return await fetch(`${input.connection.url}/graphql`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', accept: input.accept },
      body: JSON.stringify({ query: input.query, variables: input.variables }),
      signal: input.signal,
    })
  } catch (cause) {
    throw notRunning(input.connection.url, cause)
  }
}

/** Reads a JSON answer; what is no GraphQL (a proxy's page, a cut body) counts as unreachable. */
export async function readAnswer(response: Response, url: string): Promise<GraphQLResponse> {
  let body: unknown
  try {
    body = await response.json()
  } catch (cause) {
    throw new UnreachableError(
      `${url} answered ${response.status} without GraphQL; is it the gateway?`,
      cause,
    )
  }
  const parsed = responseSchema.safeParse(body)
  if (!parsed.success) {
    throw new UnreachableError(`${url} answered ${response.status} without GraphQL; is it the gateway?`)
  }
  return parsed.data
}

/**
 * Asks once and gives the data, read by `schema`. Throws `CommandError` with the API's code and issues, or
 * `UnreachableError` when the gateway does not answer within `deadlineMs`.
 */
export async function request<S extends z.ZodType>(input: {
  connection: Connection
  query: string
  variables?: Record<string, unknown>
  schema: S
  deadlineMs?: number
  signal?: AbortSignal
}): Promise<z.output<S>> {
  const timeout = AbortSignal.timeout(input.deadlineMs ?? 15_000)
  const signal = input.signal ? AbortSignal.any([input.signal, timeout]) : timeout
  const response = await post({
    connection: input.connection,
    query: input.query,
    variables: input.variables ?? {},
    accept: 'application/graphql-response+json, application/json;q=0.9',
    signal,
  })
  const answer = await readAnswer(response, input.connection.url)
  if (answer.errors && answer.errors.length > 0) throw errorOf(answer.errors)
  return input.schema.parse(answer.data)
}
