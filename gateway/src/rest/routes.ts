import { invalidInput } from '@quillworks/service-kit/errors'
import type { Caller, GatewayContext } from '../context.ts'
import { etagOf, type ExecutionStatus, isKnown, readWait } from './executions.rest.ts'
import { readAsked } from './status-batch.ts'
import { type ExecutionStatusBody, isPending } from './status-body.ts'

/** `GET /api/executions/:id`: an execution as it is, or once it has changed (`?wait=20&revision=7`). */
export async function getExecution(
  status: ExecutionStatus,
  context: GatewayContext & Caller,
  id: string,
): Promise<Response> {
  const { request } = context
  const { waitSeconds, revision } = readWait(new URL(request.url), status.limits.longestWaitSeconds)
  return statusAnswer(status, context, await status.newerThan(context, { id, revision, waitSeconds }))
}

/** `GET /api/executions?idempotencyKey=…`: what the caller started with that key. */
export async function getExecutionByKey(status: ExecutionStatus, context: GatewayContext): Promise<Response> {
  const key = new URL(context.request.url).searchParams.get('idempotencyKey')
  if (!key) throw invalidInput([{ path: ['idempotencyKey'], message: 'Say which key.' }])
  return statusAnswer(status, context, await status.byKey(context, key))
}

function statusAnswer(
  { limits }: ExecutionStatus,
  { request }: GatewayContext,
  execution: ExecutionStatusBody,
): Response {
  const etag = etagOf(execution)
  const headers = new Headers({ etag, 'cache-control': 'private, no-cache' })
  if (isPending(execution)) headers.set('retry-after', String(limits.intervalSeconds))
  if (isKnown(request.headers.get('if-none-match'), etag)) return new Response(null, { status: 304, headers })
  return Response.json(execution, { headers })
}

/** `POST /api/executions/status`: many executions at once, and how often to ask. */
export async function postStatus(status: ExecutionStatus, context: GatewayContext): Promise<Response> {
  const { intervalSeconds, leastIntervalSeconds, batch } = status.limits
  const answer = await status.many(context, await readAsked(context.request, batch))
  const headers = new Headers({ 'cache-control': 'private, no-store' })
  if (answer.hasPending) headers.set('retry-after', String(intervalSeconds))
  return Response.json({ ...answer, intervalSeconds, leastIntervalSeconds }, { headers })
}
