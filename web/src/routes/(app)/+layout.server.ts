import { isRailFolded, railCookie } from '#lib/frame/rail-state.ts'
import { requireSession } from '#lib/frame/session.ts'
import { themeCookie, themeFrom } from '#lib/frame/theme.ts'
import type { LayoutServerLoad } from './$types'

export const load: LayoutServerLoad = async ({ fetch, url, cookies, untrack }) => ({
  user: await requireSession({ fetch, url: untrack(() => new URL(url)) }),
  railFolded: isRailFolded(cookies.get(railCookie)),
  theme: themeFrom(cookies.get(themeCookie)),
})
