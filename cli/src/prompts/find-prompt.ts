import { isId } from '@quillworks/service-kit/ids'
import { z } from 'zod'
import { CommandError, exitCodes } from '../command-error.ts'
import type { Connection } from '../connection/connection.ts'
import { request } from '../connection/graphql.ts'

const promptSchema = z.object({
  id: z.string(),
  title: z.string(),
  updatedAt: z.string(),
  variables: z.array(z.object({ name: z.string(), type: z.string(), choices: z.array(z.string()) })),
})
/** A prompt as the command line needs it to run it. */
export type PromptView = z.infer<typeof promptSchema>

const selection = 'id title updatedAt variables { name type choices }'
const byIdOperation = `query CliPrompt($id: ID!) { prompt(id: $id) { ${selection} } }`
const byTitleOperation = `query CliPrompts($search: String!) {
  prompts(search: $search, first: 100, sort: updated_desc) { edges { node { ${selection} } } }
}`

const byIdSchema = z.object({ prompt: promptSchema.nullable() })
const byTitleSchema = z.object({ prompts: z.object({ edges: z.array(z.object({ node: promptSchema })) }) })

function notFound(name: string, similar: PromptView[]): CommandError {
  const issues = similar.slice(0, 10).map((prompt) => ({ path: [prompt.id], message: prompt.title }))
  const hint = issues.length > 0 ? ' Similar titles:' : ''
  return new CommandError('prompt.not_found', `There is no prompt "${name}".${hint}`, { issues })
}

/** Picks the prompt that `name` means among those found: the exact title, else the same but for case. */
function pickByTitle(found: PromptView[], name: string): PromptView {
  const folded = name.trim().toLowerCase()
  const exact = found.filter((prompt) => prompt.title === name)
  const same =
    exact.length > 0 ? exact : found.filter((prompt) => prompt.title.trim().toLowerCase() === folded)
  const [prompt, ...others] = same
  if (!prompt) throw notFound(name, found)
  if (others.length === 0) return prompt
  const issues = same.map(({ id, title, updatedAt }) => ({
    path: [id],
    message: `${title}, changed ${updatedAt}`,
  }))
  throw new CommandError(
    'prompt.ambiguous',
    `${same.length} prompts have the title "${name}"; name one by its id:`,
    {
      issues,
      exitCode: exitCodes.usage,
    },
  )
}

/** Finds a prompt by its id or its title. */
export async function findPrompt(connection: Connection, name: string): Promise<PromptView> {
  if (isId(name)) {
    const { prompt } = await request({
      connection,
      query: byIdOperation,
      variables: { id: name },
      schema: byIdSchema,
    })
    if (!prompt) throw notFound(name, [])
    return prompt
  }
  const { prompts } = await request({
    connection,
    query: byTitleOperation,
    variables: { search: name },
    schema: byTitleSchema,
  })
  return pickByTitle(
    prompts.edges.map((edge) => edge.node),
    name,
  )
}
