import { themeCookie, themeFrom } from '#lib/frame/theme.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = ({ cookies }) => ({ theme: themeFrom(cookies.get(themeCookie)) })
