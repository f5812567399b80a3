import { columnsFrom } from '#lib/compare/columns.ts'
import { comparedPromptQuery } from '#lib/compare/compare.documents.ts'
import { executionQuery } from '#lib/executions/execution.documents.ts'
import { loadQuery, missing, type LoadEvent } from '#lib/graphql/load.ts'
import { routesIn } from '#lib/routes.ts'
import type { PageLoad } from './$types'

async function readExecution(event: LoadEvent, id: string | undefined) {
  if (!id) return null
  return (await loadQuery({ event, document: executionQuery, variables: { id } })).execution
}

export const load: PageLoad = async (event) => {
  const { id } = event.params
  const choices = columnsFrom(event.url.searchParams.getAll('column'))
  const [{ prompt, models }, ...executions] = await Promise.all([
    loadQuery({ event, document: comparedPromptQuery, variables: { id } }),
    ...choices.map(({ executionId }) => readExecution(event, executionId)),
  ])
  if (!prompt) missing('There is no such prompt, or it is not shared with you.')
  const routes = routesIn(event.params)
  return {
    crumbs: [
      { name: 'Prompts', href: routes.prompts() },
      { name: prompt.title, href: routes.prompt(id) },
      { name: 'Compare', href: routes.comparePrompt(id) },
    ],
    prompt,
    models,
    columns: choices.map((choice, index) => {
      const execution = executions[index] ?? null
      // An execution of another prompt has no place here.
      return { choice, execution: execution?.source?.id === id ? execution : null }
    }),
  }
}
