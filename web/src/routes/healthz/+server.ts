import type { RequestHandler } from './$types'

/** The web process answers; whether the gateway does is the gateway's to say. */
export const GET: RequestHandler = () => Response.json({ status: 'ok', service: 'web' })
