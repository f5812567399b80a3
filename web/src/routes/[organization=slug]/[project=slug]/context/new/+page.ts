import { routesIn } from '#lib/routes.ts'
import type { PageLoad } from './$types'

export const load: PageLoad = ({ params }) => {
  const routes = routesIn(params)
  return {
    crumbs: [
      { name: 'Context', href: routes.snippets() },
      { name: 'New snippet', href: routes.newSnippet() },
    ],
  }
}
