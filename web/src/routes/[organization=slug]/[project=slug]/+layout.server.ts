import { rememberPlace } from '#lib/frame/find-place.ts'
import { isRailFolded, railCookie } from '#lib/frame/rail-state.ts'
import { themeCookie, themeFrom } from '#lib/frame/theme.ts'
import { viewerOf, viewerQuery } from '#lib/frame/viewer.documents.ts'
import { loadQuery } from '#lib/graphql/load.ts'
import { inspectorCookie, isInspectorFolded } from '#lib/run/inspector-state.ts'
import type { LayoutServerLoad } from './$types'

export const load: LayoutServerLoad = async (event) => {
  const { fetch, params, cookies, untrack } = event
  const url = untrack(() => new URL(event.url))
  const viewer = viewerOf(
    await loadQuery({ event: { fetch, url, params }, document: viewerQuery, variables: {} }),
  )
  rememberPlace(cookies, { organization: viewer.organization.slug, project: viewer.project.slug })
  return {
    viewer,
    railFolded: isRailFolded(cookies.get(railCookie)),
    inspectorFolded: isInspectorFolded(cookies.get(inspectorCookie)),
    theme: themeFrom(cookies.get(themeCookie)),
  }
}
