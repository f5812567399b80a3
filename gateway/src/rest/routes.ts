import type { Caller, GatewayContext } from '../context.ts'
import {
  etagOf,
  type ExecutionStatus,
  isKnown,
  isPending,
  pollLimits,
  readIds,
  readWait,
} from './executions.rest.ts'

const retryAfter = String(pollLimits.intervalSeconds)

/** `GET /api/executions/:id`: an execution as it is, or once it has changed (`?wait=20&revision=7`). */
export async function getExecution(
  status: ExecutionStatus,
  context: GatewayContext & Caller,
  id: string,
): Promise<Response> {
  const { request } = context
  const { waitSeconds, revision } = readWait(new URL(request.url))
  const execution = await status.newerThan(context, { id, revision, waitSeconds })
  const etag = etagOf(execution)
  const headers = new Headers({ etag, 'cache-control': 'private, no-cache' })
  if (isPending(execution)) headers.set('retry-after', retryAfter)
  if (isKnown(request.headers.get('if-none-match'), etag)) return new Response(null, { status: 304, headers })
  return Response.json(execution, { headers })
}

/** `POST /api/executions/status`: many executions at once. */
export async function postStatus(status: ExecutionStatus, context: GatewayContext): Promise<Response> {
  const found = await status.many(context, await readIds(context.request))
  const hasPending = found.executions.some(isPending)
  return Response.json(
    { ...found, hasPending },
    {
      headers: { 'cache-control': 'private, no-store', ...(hasPending ? { 'retry-after': retryAfter } : {}) },
    },
  )
}
