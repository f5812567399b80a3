import { loadQuery, missing } from '#lib/graphql/load.ts'
import { promptQuery } from '#lib/prompts/prompt.documents.ts'
import { routes } from '#lib/routes.ts'
import type { PageLoad } from './$types'

export const load: PageLoad = async (event) => {
  const { id } = event.params
  const { prompt } = await loadQuery({ event, document: promptQuery, variables: { id } })
  if (!prompt) missing('There is no such prompt, or it is not shared with you.')
  return {
    crumbs: [
      { name: 'Prompts', href: routes.prompts() },
      { name: prompt.title, href: routes.runPrompt(id) },
    ],
    prompt,
  }
}
