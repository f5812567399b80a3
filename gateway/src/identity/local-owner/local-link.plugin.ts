import type { BetterAuthPlugin } from 'better-auth'
import { createAuthEndpoint } from 'better-auth/api'
import { setSessionCookie } from 'better-auth/cookies'
import { z } from 'zod'
import { linkIdentifier } from './local-link.ts'

/** `GET /api/auth/local-link?token=…`: spends a one-time link, signs its user in by cookie and goes to the start page. */
export function localLink() {
  return {
    id: 'local-link',
    endpoints: {
      openLocalLink: createAuthEndpoint(
        '/local-link',
        { method: 'GET', query: z.object({ token: z.string().max(200) }) },
        async (ctx) => {
          const link = await ctx.context.internalAdapter.consumeVerificationValue(
            linkIdentifier(ctx.query.token),
          )
          const user = link ? await ctx.context.internalAdapter.findUserById(link.value) : null
          if (!user) throw ctx.redirect('/sign-in?reason=link_expired')
          const session = await ctx.context.internalAdapter.createSession(user.id)
          await setSessionCookie(ctx, { session, user })
          throw ctx.redirect('/')
        },
      ),
    },
  } satisfies BetterAuthPlugin
}
