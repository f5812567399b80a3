import type { BetterAuthPlugin } from 'better-auth'
import { createAuthMiddleware, getIP, isAPIError } from 'better-auth/api'
import type { FailedSignIns } from './failed-sign-ins.ts'

/** Tells of each password that was refused; what the rate limit turned away does not get here. */
export function failedSignInsPlugin(failed: Pick<FailedSignIns, 'note'>) {
  return {
    id: 'failed-sign-ins',
    hooks: {
      after: [
        {
          matcher: ({ path }) => path === '/sign-in/email',
          handler: createAuthMiddleware(async ({ body, context, headers }) => {
            const { returned, options } = context
            if (!isAPIError(returned) || returned.status !== 'UNAUTHORIZED') return
            const { email } = body as { email: string }
            const clientAddress = (headers && getIP(headers, options)) ?? undefined
            failed.note({ email, method: 'password', clientAddress })
          }),
        },
      ],
    },
  } satisfies BetterAuthPlugin
}
