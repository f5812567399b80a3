import { loadQuery, missing } from '#lib/graphql/load.ts'
import { versionsQuery } from '#lib/prompts/versions/versions.documents.ts'
import { routesIn } from '#lib/routes.ts'
import type { PageLoad } from './$types'

/** A version's number in an address; undefined where it is none. */
function numberFrom(text: string | null): number | undefined {
  const number = Number(text)
  return text !== null && Number.isSafeInteger(number) && number > 0 && number < 2 ** 31 ? number : undefined
}

export const load: PageLoad = async (event) => {
  const { id } = event.params
  const params = event.url.searchParams
  const number = numberFrom(params.get('version'))
  const asked = numberFrom(params.get('with'))
  const { prompt, promptPolicy } = await loadQuery({
    event,
    document: versionsQuery,
    variables: {
      id,
      after: params.get('after'),
      number: number ?? null,
      with: asked ?? null,
      named: asked !== undefined,
    },
  })
  if (!prompt) missing('There is no such prompt, or it is not shared with you.')
  const routes = routesIn(event.params)
  return {
    crumbs: [
      { name: 'Prompts', href: routes.prompts() },
      { name: prompt.title, href: routes.prompt(id) },
      { name: 'Versions', href: routes.promptVersions(id) },
    ],
    prompt,
    policy: promptPolicy,
  }
}
